import { Module } from '@nestjs/common';
import { createPool } from '@epro/database';
import type pg from 'pg';
import type { StorageConfig } from './config/storage-config.js';
import { GetSubmissionHandler } from './submissions/get-submission.handler.js';
import { SaveSubmissionHandler } from './submissions/save-submission.handler.js';
import { StorageController } from './submissions/storage.controller.js';
import { SubmissionRepository } from './submissions/submission.repository.js';

/** The service's module for one configuration. */
export function appModule(config: StorageConfig): new (...args: never[]) => unknown {
  const submissions = { provide: SubmissionRepository, useFactory: () => new SubmissionRepository(poolOf(config)) };
  @Module({ controllers: [StorageController], providers: [submissions, SaveSubmissionHandler, GetSubmissionHandler] })
  class AppModule {}
  return AppModule;
}

function poolOf(config: StorageConfig): pg.Pool {
  return createPool(config.STORAGE_DATABASE_URL, {
    applicationName: 'epro-storage',
    max: config.DATABASE_POOL_SIZE,
    connectTimeoutMs: config.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
  });
}
