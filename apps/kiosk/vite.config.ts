import { fileURLToPath } from 'node:url';
import { screenConfig } from '@shimabashi/ui/vite';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default screenConfig({ root: from('src/renderer'), outDir: from('dist/renderer') });
