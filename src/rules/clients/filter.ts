/** What a list of applications can be narrowed down to. */
export const clientFilters = ['confidential', 'public', 'trusted', 'suspended', 'unused'] as const
export type ClientFilter = (typeof clientFilters)[number]
