export function withLookTable(page: string): string;
export function lookRole(): string;
