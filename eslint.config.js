import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const environment = {
  object: 'process',
  property: 'env',
  message: 'Only src/config.ts reads the environment: take the value as an argument.',
};

const outbound = {
  name: 'fetch',
  message: 'Calls to the outside go through the guarded dispatcher of src/base.',
};

const outboundProperty = { object: 'globalThis', property: 'fetch', message: outbound.message };

const erasable = {
  selector: 'TSEnumDeclaration, TSParameterProperty, TSModuleDeclaration[kind="namespace"]',
  message: 'Node runs the sources by erasing types only: no enums, parameter properties or namespaces.',
};

export default defineConfig(
  globalIgnores(['node_modules/', 'data/', 'coverage/', 'bench/results/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'max-lines': ['error', { max: 400, skipComments: true }],
      'no-restricted-syntax': ['error', erasable],
      // Plain http to providers of loopback hosts, outside production: the guarded dispatcher decides.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'openid-client', name: 'allowInsecureRequests' }] },
      ],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Faults and messages put numbers into texts all the time.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // With noUncheckedIndexedAccess, `list[0]!` after a length check says more than a branch that cannot be.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `return refuse(...)` ends a branch in one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An interface may ask for a promise that one of its implementations has at once.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      // FHIR trees are records by name: `resource['id']` and `resource.id` both have their place.
      '@typescript-eslint/dot-notation': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config.ts'],
    rules: { 'no-restricted-properties': ['error', environment, outboundProperty] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/base/**'],
    rules: { 'no-restricted-globals': ['error', outbound] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli.ts', 'src/demo/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines': 'off',
      // Tests look into answers of any shape; what is not there fails the expectation.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.js', '**/*.cjs'], rules: { eqeqeq: 'error', 'prefer-const': 'error' } },
);
