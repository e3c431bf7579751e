import type { Pass } from '../pass.ts';
import { appProtocol } from './app-protocol.ts';
import { gracePeriod } from './grace-period.ts';
import { label } from './label.ts';
import { preStop } from './pre-stop.ts';
import { sidecar } from './sidecar.ts';
import { steerDaprd } from './steer-daprd.ts';

/** What a pod gets, in this order. */
export const passes: readonly Pass[] = [label, steerDaprd, appProtocol, gracePeriod, sidecar, preStop];
