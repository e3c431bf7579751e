import { healthPathOf } from '../health-path.ts';

/**
 * The paths that daprd may request for the `route` of a subscription or a binding: cleaned as Go's `path.Clean` does
 * (Dapr 1.18.1, pkg/channel/http/http_channel.go, `constructRequest`), and as it stands (before 1.18).
 */
export const routePathsOf = (route: string): readonly string[] => {
  const asItIs = healthPathOf(route);
  const [path = '', ...query] = route.split('?');
  const cleaned = healthPathOf([cleanPath(path), ...query].join('?'));
  return cleaned === asItIs ? [asItIs] : [asItIs, cleaned];
};

const cleanPath = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
};
