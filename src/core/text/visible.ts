/** Blanks, fillers, lone marks and what is invisible. */
const NOTHING = /^[\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]+/u;

/** A name without what stands before the first of it that can be seen; empty where there is nothing to see. */
export const fromFirstVisible = (name: string): string => name.replace(NOTHING, "");

export const isVisible = (name: string): boolean => fromFirstVisible(name) !== "";
