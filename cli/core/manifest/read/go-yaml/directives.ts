import { GoYamlError } from './cursor.ts';
import type { Scanner } from './scanner.ts';

/** Reads the directives before a document, and gives what each handle of a tag stands for. */
export const readDirectives = (scanner: Scanner): ReadonlyMap<string, string> => {
  const handles = new Map<string, string>();
  let version: string | undefined;
  let found = false;
  for (let token = scanner.peek(); ; token = scanner.peek()) {
    if (token.type === 'version') {
      if (version !== undefined) throw new GoYamlError('found duplicate %YAML directive', token.start);
      version = token.version.replaceAll(/\b0(?=\d)/g, '');
      if (version !== '1.1') throw new GoYamlError('found incompatible YAML document', token.start);
    } else if (token.type === 'tag-directive') {
      if (handles.has(token.handle)) throw new GoYamlError('found duplicate %TAG directive', token.start);
      handles.set(token.handle, token.prefix);
    } else {
      if (found && token.type !== 'document-start')
        throw new GoYamlError('did not find expected <document start>', token.start);
      return new Map([['!', '!'], ['!!', 'tag:yaml.org,2002:'], ...handles]);
    }
    found = true;
    scanner.next();
  }
};
