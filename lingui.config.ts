import { defineConfig } from '@lingui/conf';
import { formatter } from '@lingui/format-po';

/** Source texts are Japanese; English is the translation, and complete (`pnpm check` refuses a gap). */
export default defineConfig({
  sourceLocale: 'ja',
  locales: ['ja', 'en'],
  format: formatter({ lineNumbers: false }),
  catalogs: [
    { path: 'packages/ui/src/locales/{locale}', include: ['packages/ui/src'] },
    { path: 'apps/kiosk/src/renderer/locales/{locale}', include: ['apps/kiosk/src/renderer'] },
    { path: 'apps/doctor-console/src/locales/{locale}', include: ['apps/doctor-console/src'] },
  ],
});
