/** The value below which the share `q` of the values lies; NaN of none. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

/** Rounded to so many decimals. */
export const rounded = (value: number, decimals = 1): number => Number(value.toFixed(decimals))
