import { expect } from 'chai';
import { foldersUpward, pathsUpward } from '../../../cli/core/settings/folders-upward.ts';

describe('the search for .daps.yaml', () => {
  it('goes up to the root of the file system', () => {
    expect(foldersUpward('/srv/web')).to.deep.equal(['/srv/web', '/srv', '/']);
    expect(foldersUpward('/')).to.deep.equal(['/']);
    expect(foldersUpward('C:\\srv\\web')).to.deep.equal(['C:\\srv\\web', 'C:\\srv', 'C:\\']);
  });

  it('names a file in the root itself', () =>
    expect(pathsUpward('/web', '.daps.yaml')).to.deep.equal(['/web/.daps.yaml', '/.daps.yaml']));
});
