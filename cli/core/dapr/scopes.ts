/** Whether a Component is for an app: one without scopes is for every app. */
export const isInScope = ({ scopes }: { readonly scopes: readonly string[] }, appId: string | undefined): boolean =>
  scopes.length === 0 || (appId !== undefined && scopes.includes(appId));
