import styles from './icon.module.css';

/**
 * Our own pictures: 24 px grid, 2.1 px stroke, round ends. Never without a word beside them.
 * Source: the mock pages of the design language.
 */
const PATHS = {
  drop: ['M12 3.5c3.5 4.5 6 7.3 6 10.5a6 6 0 0 1-12 0c0-3.2 2.5-6 6-10.5z'],
  heart: ['M12 20S4 14.8 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 14.8 12 20 12 20z'],
  cuff: [
    'M3 11a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z',
    'M14 14h2.5a3 3 0 0 0 3-3V4M7 9v10',
  ],
  thermometer: ['M10 13.5v-8a2 2 0 0 1 4 0v8a4 4 0 1 1-4 0zM12 9v7'],
  wave: ['M2.5 13c2.2 0 2.6-6 4.7-6s2.6 10 4.8 10 2.6-8 4.7-8 2.6 4 4.8 4'],
  scale: ['M4 6h16l-1 14H5zM9 10a3.2 3.2 0 0 1 6 0M12 10.5l1.5-2'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  cross: ['M6 6l12 12M18 6L6 18'],
  arrow: ['M4.5 12h15M13 5.5l6.5 6.5-6.5 6.5'],
  back: ['M19.5 12h-15M11 5.5L4.5 12l6.5 6.5'],
  up: ['M12 19.5v-15M5.5 11L12 4.5l6.5 6.5'],
  down: ['M12 4.5v15M5.5 13l6.5 6.5 6.5-6.5'],
  search: ['M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z', 'M15.5 15.5L21 21'],
  switch: ['M4 8h14l-3.5-3.5M20 16H6l3.5 3.5'],
  phone: [
    'M6.5 3.5h3l1.5 4-2 1.6a11.5 11.5 0 0 0 5.9 5.9l1.6-2 4 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z',
  ],
  device: ['M2 12.5h4l2.5-6 4 12 3-8 1.5 2h5'],
  clock: ['M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z', 'M12 7v5.5l3.5 2'],
  star: ['M12 4v16M5.1 8l13.8 8M18.9 8L5.1 16'],
  erase: ['M9 5h11v14H9l-6.500-7zM12 9l5.500 6M17.500 9L12 15'],
  person: ['M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0z', 'M4 20.500c.6-4.500 3.800-6.500 8-6.500s7.400 2 8 6.500'],
  mic: ['M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0z', 'M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3'],
  'mic-off': [
    'M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0z',
    'M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3M4 4l16 16',
  ],
  camera: [
    'M4 8h3.500L9 5.500h6L16.500 8H20v11H4z',
    'M15.500 13a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0z',
  ],
  eye: [
    'M2.500 12c2.500-4.300 5.700-6.500 9.500-6.500s7 2.200 9.500 6.500c-2.500 4.300-5.700 6.500-9.500 6.500S5 16.300 2.500 12z',
    'M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  ],
  people: [
    'M12.500 8.500a3.500 3.500 0 1 1-7 0 3.500 3.500 0 0 1 7 0z',
    'M2.500 20c.6-3.800 3.200-5.500 6.500-5.500s5.900 1.700 6.500 5.500M16 5.200a3.500 3.500 0 0 1 0 6.600M18 14.800c2 .7 3.200 2.400 3.600 5.200',
  ],
  'no-record': ['M17 12a5 5 0 1 1-10 0 5 5 0 0 1 10 0z', 'M4 4l16 16'],
  letters: ['M5 6h14M12 6v13'],
  'hang-up': [
    'M12.700 20.900l-2.100-2.100 1.700-3.900 2.600.300a11.500 11.500 0 0 0 0-8.400l-2.600.3-1.700-3.900 2.100-2.100a2 2 0 0 1 3 .2 17 17 0 0 1 0 19.400 2 2 0 0 1-3 .2z',
  ],
  bang: ['M12 4v10', 'M12 18.900v.2'],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof PATHS;

/** A picture beside a word. Hidden from screen readers: the word speaks. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      className={className === undefined ? styles.icon : `${styles.icon} ${className}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      {PATHS[name].map(path => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
