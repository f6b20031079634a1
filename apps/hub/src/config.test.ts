import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '@shimabashi/contracts';
import { isLoopback, readConfig } from './config.ts';

const BASE = { HUB_DATA_DIR: '/data' };

function messageOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
    return 'the configuration was taken';
  } catch (error) {
    return error instanceof AppError ? error.message : 'not an AppError';
  }
}

const dir = mkdtempSync(join(tmpdir(), 'hub-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

function configFile(content: string): string {
  const file = join(dir, 'hub.json');
  writeFileSync(file, content);
  return file;
}

describe('readConfig', () => {
  it('needs no more than the folder of the databases', () => {
    expect(readConfig(BASE)).toEqual({
      host: '127.0.0.1',
      port: 47_080,
      dataDir: '/data',
      keyFile: '/data/chart.key',
      consoleDir: undefined,
      tls: undefined,
      publicOrigins: [],
      seedFile: undefined,
      alerts: {
        on: true,
        pushSubject: undefined,
        pushHosts: [
          'fcm.googleapis.com',
          '*.push.apple.com',
          '*.push.services.mozilla.com',
          '*.notify.windows.com',
        ],
      },
      media: expect.objectContaining({ port: 47_300, announcedAddress: undefined, withLoopback: true }),
      logLevel: 'info',
    });
  });

  it.each([
    ['HUB_DATA_DIR', {}],
    ['HUB_DATA_DIR', { HUB_DATA_DIR: '' }],
    ['HUB_PORT', { ...BASE, HUB_PORT: 'eighty' }],
    ['HUB_PORT', { ...BASE, HUB_PORT: '65536' }],
    ['HUB_PORT', { ...BASE, HUB_PORT: '' }],
    ['HUB_HOST', { ...BASE, HUB_HOST: 'a b' }],
    ['HUB_HOST', { ...BASE, HUB_HOST: '0.0.0.0' }],
    ['HUB_HOST', { ...BASE, HUB_HOST: '127.0.0.1.example.org' }],
    ['HUB_TLS_KEY_FILE', { ...BASE, HUB_TLS_CERT_FILE: '/cert.pem' }],
    ['HUB_TLS_CERT_FILE', { ...BASE, HUB_TLS_KEY_FILE: '/key.pem' }],
    ['HUB_PUBLIC_ORIGIN', { ...BASE, HUB_PUBLIC_ORIGIN: 'hub.example' }],
    ['HUB_PUBLIC_ORIGIN', { ...BASE, HUB_PUBLIC_ORIGIN: 'https://hub.example/console' }],
    ['HUB_ALERTS', { ...BASE, HUB_ALERTS: 'maybe' }],
    ['HUB_PUSH_SUBJECT', { ...BASE, HUB_PUSH_SUBJECT: 'alerts@hospital.example' }],
    ['HUB_PUSH_SUBJECT', { ...BASE, HUB_PUSH_SUBJECT: 'mailto:root@localhost' }],
    ['HUB_PUSH_HOSTS', { ...BASE, HUB_PUSH_HOSTS: '*' }],
    ['HUB_PUSH_HOSTS', { ...BASE, HUB_PUSH_HOSTS: 'push.example, 10.0.0.1' }],
    ['HUB_PUSH_HOSTS', { ...BASE, HUB_PUSH_HOSTS: 'http://127.0.0.1:8030/push' }],
    ['HUB_MEDIA_PORT', { ...BASE, HUB_MEDIA_PORT: '65536' }],
    ['HUB_MEDIA_WORKERS', { ...BASE, HUB_MEDIA_WORKERS: '65' }],
    ['MEDIA_ANNOUNCED_ADDRESS', { ...BASE, MEDIA_ANNOUNCED_ADDRESS: 'my hub' }],
    ['MEDIASOUP_WORKER_BIN', { ...BASE, MEDIASOUP_WORKER_BIN: '' }],
    ['HUB_LOG_LEVEL', { ...BASE, HUB_LOG_LEVEL: 'loud' }],
    ['HUB_CONFIG_FILE', { HUB_CONFIG_FILE: '/does/not/exist.json' }],
  ])('names %s in one line when it is wrong: %j', (name, environment) => {
    const message = messageOf(environment);
    expect(message).toMatch(new RegExp(`^${name}: `));
    expect(message).not.toContain('\n');
  });

  it('takes the file, and the environment over the file', () => {
    const file = configFile(JSON.stringify({ ...BASE, HUB_PORT: 1_234, HUB_LOG_LEVEL: 'warn' }));
    expect(readConfig({ HUB_CONFIG_FILE: file, HUB_PORT: '5678' })).toMatchObject({
      port: 5_678,
      logLevel: 'warn',
    });
  });

  it('refuses a file with a setting that does not exist, or that is no JSON object', () => {
    expect(messageOf({ HUB_CONFIG_FILE: configFile('{"HUB_PROT":1}') })).toContain('HUB_PROT: no such');
    expect(messageOf({ HUB_CONFIG_FILE: configFile('{"HUB') })).toBe('HUB_CONFIG_FILE: is not valid JSON');
    expect(messageOf({ HUB_CONFIG_FILE: configFile('[1]') })).toContain('HUB_CONFIG_FILE: must hold');
  });

  it('lets a listener that others can reach start with certificates only', () => {
    const tls = { HUB_TLS_CERT_FILE: '/cert.pem', HUB_TLS_KEY_FILE: '/key.pem' };
    expect(readConfig({ ...BASE, HUB_HOST: '0.0.0.0', ...tls }).tls).toEqual({
      certFile: '/cert.pem',
      keyFile: '/key.pem',
    });
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['::1', true],
  ['localhost', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.4', false],
  ['127.example.org', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
