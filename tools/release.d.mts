export function releaseProblems(tag: string, packageJson: string, changelog: string): string[];
