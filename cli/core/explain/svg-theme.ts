/** A color in the light and in the dark scheme. */
type Color = readonly [light: string, dark: string];

const fills: Readonly<Record<string, Color>> = {
  page: ['#ffffff', '#0f1623'],
  panel: ['#f7f9fc', '#182234'],
  strong: ['#1b2437', '#eaf0fa'],
  normal: ['#46536b', '#b9c5d9'],
  faint: ['#6b788e', '#8e9bb2'],
  badge: ['#1b2437', '#dbe4f3'],
  'on-badge': ['#ffffff', '#0f1623'],
  'works-init': ['#d8efe0', '#2b4a3b'],
  'works-app': ['#bfe5cc', '#1f5f3d'],
  'works-daps': ['#c9bdf0', '#4c3d8a'],
  'works-daprd': ['#c3d8f7', '#274c82'],
  'works-peers': ['#dde5f1', '#334259'],
  'works-kubelet': ['#dde5f1', '#334259'],
  holds: ['#f8d39a', '#80591a'],
  finishes: ['#93d3aa', '#2d7d4f'],
  ends: ['#dfe3ea', '#36425a'],
  'ground-starts': ['#fff4dc', '#4a3e1d'],
  'stripe-starts': ['#f9e3b4', '#635326'],
  waits: ['#f1f3f8', '#1f2a3e'],
  'ground-harms': ['#fdeceb', '#54242a'],
  'stripe-harms': ['#f4b6b6', '#86363d'],
  warning: ['#b26a00', '#f0b34d'],
  error: ['#c62f2f', '#ff8a84'],
};

const strokes: Readonly<Record<string, Color>> = {
  grid: ['#dfe5ee', '#2c384f'],
  'waits-edge': ['#b3bed2', '#4c5b77'],
  'harms-edge': ['#d13b3b', '#e2666a'],
  tells: ['#1b2437', '#eaf0fa'],
  waiting: ['#7a86a0', '#8795b0'],
};

/** Classes rather than variables: readers that know no color scheme still show the light one. */
export const style = (): string => {
  const rules = (scheme: 0 | 1): string =>
    [
      ...Object.entries(fills).map(([name, colors]) => `.${name}{fill:${colors[scheme]}}`),
      ...Object.entries(strokes).map(([name, colors]) => `.${name}{stroke:${colors[scheme]}}`),
    ].join('');
  return `<style>text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif}${rules(0)}@media (prefers-color-scheme:dark){${rules(1)}}</style>`;
};

const hatch = (kind: 'starts' | 'harms'): string =>
  `<pattern id="${kind}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="ground-${kind}"/><rect width="3" height="7" class="stripe-${kind}"/></pattern>`;

/** What other shapes refer to. */
export const definitions = (): string =>
  `<defs>${hatch('starts')}${hatch('harms')}<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0.5L8 4L0 7.5z" class="strong"/></marker><marker id="until" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0.5L8 4L0 7.5z" class="faint"/></marker></defs>`;
