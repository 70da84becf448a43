import { join } from 'node:path';
import { Command, Option } from 'commander';
import { buildCompose, COMPOSE_EXPORT, COMPOSE_FILE } from '../../package/compose/compose-file.ts';
import { orphansOf } from '../../package/compose/orphans.ts';
import { unreadable } from '../../package/compose/reader.ts';
import { REDIS, type AppendFsync } from '../../package/compose/redis-service.ts';
import { keepSecrets } from '../../package/compose/secrets.ts';
import { notMounted } from '../../package/compose/not-mounted.ts';
import { planExport } from '../../package/exported/plan.ts';
import { replaceExport } from '../../package/exported/replace.ts';
import { readExportedProject } from '../../supervisor/exported-project.ts';
import { parseImage, settingsOf, withExportOptions, type ExportFlags } from '../export-options.ts';
import { writeError, writeLine } from '../terminal.ts';

interface ComposeFlags extends ExportFlags {
  readonly redisImage: string;
  readonly appendfsync: AppendFsync;
}

/** `pons export compose`. */
export function exportComposeCommand(version: string): Command {
  const command = new Command('compose').description(
    'write a docker-compose.yml: gateway, APIs and Redis on this machine',
  );
  return withExportOptions(command, '.', COMPOSE_FILE)
    .option('--redis-image <image>', 'image of Redis', parseImage, 'redis:7.4-bookworm')
    .addOption(
      new Option('--appendfsync <when>', 'when Redis writes through to its disk: before each answer, or once a second')
        .choices(['always', 'everysec'])
        .default('always'),
    )
    .action(async (path: string, flags: ComposeFlags) => {
      const project = await readExportedProject(path);
      const plan = planExport(project, settingsOf(flags, version));
      const settings = { folder: flags.out, redisImage: flags.redisImage, appendFsync: flags.appendfsync };
      const files = buildCompose(plan, settings);
      const { earlier, removed, notices: left } = await replaceExport(flags.out, COMPOSE_EXPORT, plan.label, files);
      await keepSecrets(flags.out, REDIS);
      const notices = [...plan.notices, ...notMounted(plan), unreadable(project.dotenv), ...left].filter(
        (notice) => notice !== null,
      );
      for (const notice of notices) writeError(notice);
      for (const path of removed) writeError(`Removed ${join(flags.out, path)}`);
      const orphans = orphansOf(earlier, files);
      if (orphans.length > 0)
        writeError(
          `Not in it any more: ${orphans.join(', ')}. docker-compose up -d --remove-orphans ends what runs of it`,
        );
      writeLine(`Wrote ${join(flags.out, COMPOSE_FILE)}`);
    });
}
