/** When the kubelet would have begun the app's own hook, and when the app is to have its SIGTERM at the latest. */
export interface HookTime {
  readonly beganMs: number;
  readonly untilMs: number;
}
