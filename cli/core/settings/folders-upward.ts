/** A folder's path and those of all folders above it, the root of its file system last. */
export const foldersUpward = (folder: string): readonly string[] => {
  const cut = Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\'));
  if (cut < 0) return [folder];
  const isBelowRoot = cut === 0 || folder[cut - 1] === ':';
  const parent = folder.slice(0, isBelowRoot ? cut + 1 : cut);
  return parent === folder ? [folder] : [folder, ...foldersUpward(parent)];
};

/** Lists the paths where a file may be: in a folder and in all above it, the nearest first. */
export const pathsUpward = (folder: string, name: string): readonly string[] =>
  foldersUpward(folder).map((one) => `${one.replace(/[\\/]$/, '')}/${name}`);
