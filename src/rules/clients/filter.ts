/** The filters of a list of applications. */
export const clientFilters = ['confidential', 'public', 'trusted', 'suspended', 'unused'] as const
export type ClientFilter = (typeof clientFilters)[number]
