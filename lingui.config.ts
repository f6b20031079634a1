import { defineConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

/** Source texts are Japanese; English is the translation, and complete (`pnpm check` refuses a gap). */
export default defineConfig({
  sourceLocale: 'ja',
  locales: ['ja', 'en'],
  format: formatter({ lineNumbers: false }),
  catalogs: [
    { path: '<rootDir>/packages/ui/src/locales/{locale}', include: ['<rootDir>/packages/ui/src'] },
    {
      path: '<rootDir>/apps/kiosk/src/renderer/locales/{locale}',
      include: ['<rootDir>/apps/kiosk/src/renderer'],
    },
    {
      path: '<rootDir>/apps/doctor-console/src/locales/{locale}',
      include: ['<rootDir>/apps/doctor-console/src'],
    },
  ],
});
