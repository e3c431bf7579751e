/** Whether the API server takes a text for a quantity (k8s.io/apimachinery pkg/api/resource `ParseQuantity`). */
export const isQuantity = (text: string): boolean =>
  text !== '' && /^[-+]?\d*(\.\d*)?([numkMGTPE]|[KMGTPE]i|[eE][-+]?\d+)?$/.test(text);
