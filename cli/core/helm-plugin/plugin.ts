/** The files of a Helm plugin folder, by name. `bundle` is the text of `dist/daps.mjs`. */
export interface PluginFiles {
  readonly 'plugin.yaml': string;
  readonly 'dist/daps.mjs': string;
}

export type HelmMajor = 3 | 4;

interface PluginOptions {
  readonly major: HelmMajor;
  readonly version: string;
  /** The Node that runs daps: `node` from PATH, or a path. */
  readonly node: string;
  readonly bundle: string;
}

/** The plugin that this Helm can load: Helm 3 stops at a manifest of Helm 4's, and Helm 4 post-renders with its own only. */
export const pluginFiles = (options: PluginOptions): PluginFiles => ({
  'plugin.yaml': options.major === 3 ? legacyManifest(options) : postRendererManifest(options),
  'dist/daps.mjs': options.bundle,
});

/** Helm 3 (pkg/plugin/plugin.go, strict): `command` is split at spaces before variables are put in, in every 3.x. */
const legacyManifest = ({ version, node }: PluginOptions): string => `name: "daps"
version: "${version}"
usage: "inject the daps sidecar into Dapr workloads"
description: "helm daps inject; as a post-renderer: --post-renderer daps, with daps on PATH"
command: "${node} $HELM_PLUGIN_DIR/dist/daps.mjs"
`;

/** Helm 4 (internal/plugin, type postrenderer/v1, strict): arguments are passed as they are. */
const postRendererManifest = ({ version, node }: PluginOptions): string => `apiVersion: "v1"
type: "postrenderer/v1"
name: "daps"
version: "${version}"
runtime: "subprocess"
runtimeConfig:
  platformCommand:
    - command: "${node}"
      args:
        - "\${HELM_PLUGIN_DIR}/dist/daps.mjs"
        - "inject"
`;
