import { JaegerError } from '@epro/jaeger-client';
import { UnreachableError, UsageError, type Command, type CommandContext } from './command.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** Runs the command that the arguments name, and says in words what prevented it. */
export async function runCommand(
  commands: readonly Command[],
  args: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.out(overview(commands));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    terminal.err(`There is no command ${JSON.stringify(name)}.\n\n${overview(commands)}`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(`${command.name}: ${command.summary}\n\n${command.help}`);
    return EXIT.ok;
  }
  try {
    return await command.run(rest, context);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`${error.message}\nRun "${command.name} --help" to see what is possible.`);
      return EXIT.usage;
    }
    if (error instanceof UnreachableError || error instanceof JaegerError) {
      terminal.err(error.message);
      return EXIT.unreachable;
    }
    throw error;
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Commands, each with --help:\n${lines.join('\n')}`;
}
