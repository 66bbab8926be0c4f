/**
 * Settings for a database that lives as long as the process that started it: a killed server must lose nothing, and
 * nothing needs to survive a power cut. Small in memory, quiet, and its log shows no data.
 */
export const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  // No socket file: its path would have to be short, and nothing uses it.
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '8MB',
  // Backed by files in the data folder: no segment stays behind in /dev/shm, which is tiny in containers.
  dynamic_shared_memory_type: 'mmap',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_wal_senders: '0',
  wal_level: 'minimal',
  max_wal_size: '256MB',
  fsync: 'off',
  full_page_writes: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // No failed statement, whose error may quote a value; whoever sent it is told. Of the server's own troubles all but
  // the DETAIL.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};
