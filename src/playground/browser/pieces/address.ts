/** Whether it is the address of something elsewhere. `javascript:` and the like are none: they run something here. */
export const leadsOutside = (address: string): boolean => /^(https?|mailto):/i.test(address);
