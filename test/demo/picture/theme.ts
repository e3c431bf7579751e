export const font = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif";

export const ink = {
  strong: '#1b2437',
  normal: '#46536b',
  faint: '#8693a8',
  grid: '#e9edf3',
  panel: '#f7f9fc',
} as const;

export const message = { finished: '#2f9e5b', bad: '#d13b3b', held: '#eef1f8', heldEdge: '#7f8fb0' } as const;

export const badZone = '#fdeceb';

export const band = {
  booting: 'url(#booting)',
  ready: '#d8efe0',
  looking: '#eef1f5',
  delivering: '#d3e2f8',
} as const;

/** The sidecar's phases. */
export const phaseFill: Readonly<Record<string, string>> = {
  waiting: '#ece9f6',
  'let-in': '#ddd5f4',
  open: '#c9bdf0',
  'app-down': '#f4b6b6',
  'giving-back': '#e8a0a8',
  lingering: '#e3e0a6',
  draining: '#f8d39a',
  drained: '#f3e4bd',
  stopping: '#dfe3ea',
};

export const pattern =
  '<pattern id="booting" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff4dc"/><rect width="2.5" height="6" fill="#f9e3b4"/></pattern>';
