/** "49.00 EUR" */
export function priceOf({ amountCents, currency }: { amountCents: number; currency: string }): string {
  return `${(amountCents / 100).toFixed(2)} ${currency.toUpperCase()}`;
}
