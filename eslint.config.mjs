import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Modules through which a pure library could do I/O. */
const IO_MODULES = [
  'node:*',
  'fs',
  'net',
  'http',
  'pg',
  '@grpc/*',
  '@nestjs/*',
  '@opentelemetry/*',
  'fastify',
  'undici',
];

/** Who may import whom. A test may also use the tools, such as a PostgreSQL of its own. */
const moduleBoundaries = (tagsForTests = []) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    depConstraints: [
      { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib', ...tagsForTests] },
      { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib', ...tagsForTests] },
      { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:lib', 'type:tool'] },
      { sourceTag: 'lib:telemetry', onlyDependOnLibsWithTags: ['lib:telemetry', ...tagsForTests] },
      { sourceTag: 'type:pure', onlyDependOnLibsWithTags: ['type:pure'], bannedExternalImports: IO_MODULES },
    ],
  },
];

const RESTRICTED_SYNTAX = [
  { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
  {
    selector:
      'CallExpression[callee.property.name="attach"]:matches([callee.object.name="context"], [callee.object.property.name="context"])',
    message: 'attach() leaks the context to the caller; use context.with().',
  },
  {
    selector: 'CallExpression[callee.property.name="enterWith"]',
    message: 'enterWith() leaks the context to the caller; use run().',
  },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/generated', '**/node_modules', '.nx'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  prettier,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': ['error', ...RESTRICTED_SYNTAX],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/telemetry/**', '**/*.test.ts', '**/test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...RESTRICTED_SYNTAX,
        {
          selector: 'CallExpression[callee.property.name=/^start(Active)?Span$/]',
          message: 'A span that is started by hand is one that can be forgotten; use withSpan() or @Span().',
        },
      ],
    },
  },
  {
    // Nest injects by class reference: a constructor parameter's class must stay a value import.
    files: ['apps/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off', '@typescript-eslint/no-extraneous-class': 'off' },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': moduleBoundaries() },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': moduleBoundaries(['type:tool']) },
  },
  {
    files: ['libs/{instruments,response-validator,trace-contract}/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: IO_MODULES, message: 'This library is pure: it takes values and returns values.' }] },
      ],
    },
  },
  {
    // Tests may start what they need: a real PostgreSQL, a real Jaeger, the whole system.
    files: ['**/*.test.ts', '**/test/**/*.ts', '**/src/testing/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // An example imports its own library by name, as the reader will.
          allowCircularSelfDependency: true,
          allow: [],
          depConstraints: [{ sourceTag: '*', onlyDependOnLibsWithTags: ['type:lib', 'type:tool'] }],
        },
      ],
    },
  },
  {
    files: ['**/vitest.config.ts', 'vitest.shared.ts', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-restricted-syntax': 'off', '@nx/enforce-module-boundaries': 'off' },
  },
);
