/** What a run says that found nothing to do. */
export const noWorkloads = 'daps: no Dapr-enabled workloads found, nothing changed';
