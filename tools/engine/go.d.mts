export function findGo(env: Readonly<Record<string, string | undefined>>, folders?: readonly string[]): string | null;
export function withoutGo(goLine: string): string;
export function explainFailure(output: string, goLine: string): string;
