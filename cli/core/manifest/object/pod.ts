import { isMapValue, isSeqValue, type MapValue, NumberValue, type Value } from '../model/value.ts';

/** Readers for pod specs that may hold anything: what is not of the expected type is absent. */
export const mapOf = (value: Value | undefined): MapValue => (isMapValue(value) ? value : {});
export const textOf = (value: Value | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
export const numberOf = (value: Value | undefined): number | undefined =>
  value instanceof NumberValue ? Number(value.number) : undefined;
export const itemsOf = (value: Value | undefined): readonly MapValue[] =>
  isSeqValue(value) ? value.filter(isMapValue) : [];

export const nameOf = (container: MapValue): string => textOf(container['name']) ?? '';

/** The numbers of the TCP ports a container declares. Ports of UDP and SCTP are others, whatever their numbers. */
export const containerPorts = (container: MapValue): readonly number[] =>
  itemsOf(container['ports'])
    .filter((port) => (textOf(port['protocol']) || 'TCP') === 'TCP')
    .flatMap((port) => numberOf(port['containerPort']) ?? []);

/** A probe's or hook's port: a number, a numeric text, or the name of a declared port. */
export const resolvePort = (container: MapValue, port: Value | undefined): number | { readonly unknown: string } => {
  const number = numberOf(port);
  if (number !== undefined) return number;
  const name = textOf(port) ?? '';
  const declared = itemsOf(container['ports']).find((candidate) => candidate['name'] === name);
  const found = numberOf(declared?.['containerPort']) ?? (/^\d+$/.test(name) ? Number(name) : undefined);
  return found ?? { unknown: name };
};
