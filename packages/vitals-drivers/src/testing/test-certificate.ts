/**
 * A certificate for localhost and its key, for tests of TLS and for nothing else: the key is public, as
 * anyone can read it here.
 */
export const TEST_CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9I7MZFVtSKJHzah7
eSzK2JeJPsUk7OqCKjEiT5BEBeChRANCAAQEnkpk/KDmUIjEKrKCl9jYcG5uH6Al
B6kqB53CTgejzDyJyHY+aekvglVh8RMeonAxlvU+oKH8jzj+r4+Mlf3i
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUYGZ5Iu3rBc7qloc1pZKPehIBoL0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE5NTU0M1oYDzIxMjYxMDI5
MTk1NTQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQEnkpk/KDmUIjEKrKCl9jYcG5uH6AlB6kqB53CTgejzDyJyHY+aekv
glVh8RMeonAxlvU+oKH8jzj+r4+Mlf3io2kwZzAdBgNVHQ4EFgQUvwcjYgQvWnVv
9g/KNbc1PJCN9vkwHwYDVR0jBBgwFoAUvwcjYgQvWnVv9g/KNbc1PJCN9vkwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
RwAwRAIgIUTauWE8KHdkYZmIGNzOByubWroyZMuVoHblxNLkSZICIE4PMCFGabdj
oJA4X2whWTdNLdgSzBvUSM1oX1YFCMvt
-----END CERTIFICATE-----`,
} as const;
