'use strict';

// Loaded before any TypeScript, and in a syntax that every Node reads: an old one cannot even parse the tests.
const process = require('node:process');
const { engines } = require('../../package.json');

const numbers = (version) => version.replace(/^\D+/, '').split('.').map(Number);
const isOlder = ([major, minor], [neededMajor, neededMinor]) =>
  major < neededMajor || (major === neededMajor && minor < neededMinor);

if (isOlder(numbers(process.versions.node), numbers(engines.node))) {
  const needed = engines.node.replace('>=', '');
  process.stderr.write(
    `The tests need Node ${needed} or later, this is Node ${process.versions.node}. Type npm test, which finds the one in node_modules.\n`,
  );
  process.exit(2);
}
