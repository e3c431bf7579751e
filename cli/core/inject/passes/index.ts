import type { InjectFacts } from '../../plan/plan.ts';
import { appProtocol } from './app-protocol.ts';
import { daprd } from './daprd.ts';
import { gracePeriod } from './grace-period.ts';
import { label } from './label.ts';
import { mesh } from './mesh.ts';
import type { Pass } from './pass.ts';
import { preStop } from './pre-stop.ts';
import { sidecar } from './sidecar.ts';
import { steerDaprd } from './steer-daprd.ts';

/** What a pod gets, in this order: of two that add to one list the first one's stand in front. */
export const passesFor = ({ daprdPlace }: InjectFacts): readonly Pass[] => {
  const sidecars = daprdPlace === 'before' ? [daprd, sidecar] : [sidecar, daprd];
  return [label, steerDaprd, appProtocol, gracePeriod, ...sidecars, preStop, mesh];
};
