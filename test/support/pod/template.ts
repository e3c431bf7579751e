/** The part of a pod template that the test kubelet acts on, spelled as the API spells it. */
export interface PodTemplate {
  readonly metadata?: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly namespace?: string;
  };
  readonly spec: {
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
    readonly terminationGracePeriodSeconds?: number;
    readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  };
}

export interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly env?: readonly EnvEntry[];
  readonly startupProbe?: {
    readonly httpGet?: HttpGet;
    readonly periodSeconds?: number;
    readonly failureThreshold?: number;
  };
  readonly readinessProbe?: { readonly httpGet?: HttpGet };
  readonly lifecycle?: { readonly preStop?: Hook };
}

export interface EnvEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

export interface HttpGet {
  readonly path?: string;
  readonly port: number | string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

export interface Hook {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: HttpGet;
  readonly sleep?: { readonly seconds: number };
}
