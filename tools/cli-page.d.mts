import type { Command } from "../src/cli/command.ts";

export function cliPage(commands: readonly Command[]): string;
