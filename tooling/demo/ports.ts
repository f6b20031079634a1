/** What the demo asks for; a second copy takes free ones. */
export const DEMO_PORTS = { hub: 47_080, kiosk: 47_101, monitor: 47_201 } as const;
