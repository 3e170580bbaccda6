/** How closely a claim or an item is to be kept (section 6), from the least to the most. */
export const sensitivities = ["public", "personal", "sensitive", "restricted"] as const;
export type Sensitivity = (typeof sensitivities)[number];
