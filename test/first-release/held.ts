// The secrets behind the rows in rows.sql. All of it was created for this test.
export const held = {
  client: {
    client: {
      id: 'h-bAll6_2wouDZY-p6OC6A',
      type: 'confidential',
      redirectUris: ['https://app.example/callback'],
    },
    secret: 'lk_19IyVVFk7MsUwk4bDudy_X4uMcih4xVmVSVyJ_eKNWc',
  },
  session: 'OYcb9wvbEX5_MgIkvhkObGx-_78JXZiQjNeiQgYsyIw',
  accessToken:
    'eyJhbGciOiJFUzI1NiIsImtpZCI6IkdPM24zWHE1YU1pTldxZ0VNWDRUZEdDSkx1SFN2UVhCdXJKRkd3bTRpcnciLCJ0eXAiOiJhdCtqd3QifQ.eyJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjgwMDAiLCJhdWQiOiJodHRwOi8vbG9jYWxob3N0OjgwMDAiLCJzdWIiOiJ0enc1aFRUNGZEa19oOHVicWd1RzZRIiwiY2xpZW50X2lkIjoiaC1iQWxsNl8yd291RFpZLXA2T0M2QSIsInNjb3BlIjoib3BlbmlkIHJlYWQiLCJhdXRob3JpemF0aW9uX2lkIjoiUW03cXFDUHNzaVFEMHpSY3EyZWROZyIsImF1dGhfdGltZSI6MTgwMDAwMDAwMCwianRpIjoiSTNBOW5zMGpNX1FaNVlIRGlOcUl1dyIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAzNjAwfQ.NTMWT8m1uiB_JWxJDCzVy1P-R6zsiTV7WgS1v0YY7lbIv8-K4UGyv6rJ3p04cSfFxKSf2miAlXwveXs1qwSeqA',
  opaqueAccessToken:
    'lka_TBuNw8PHyu4Jni1W.tRtDZdJdWF62QRONWNUm1r6ZgvAbsrAatLkWGGchwqxxP4vDjBk4CoH6rI1cW6EuVVUCWhgXhK6fh4IpyjcS6u3LP4Bpd2RmEZ9ZcltpyrZPlfItrY_KYdhx-5t2x7L3-0BZMcyiT5HO6KOk7Y-lZp-6v03OzLcj8ISnY0QUiRsDuWYr2MaXyAKIEdX-dAtQVArc2GHpuHH7NrfpMmfjVjFOJznF8e7-MF7rBOcJE4rOP52xrFks-Tdhl15n6_tNHJne_PUBA-OvvSqsIo7l3rpcuYDMDTHJm4OYZlaWI8ZPCgI8QqvlCeSyxoEYKvbePTECSQ5DPo44whoXUuDyGF90WqB9n90giZjc5fDZicSDSZJJdfTFEhudosTc6eYNfv0XrJf7Ha8UNQ',
  refreshToken: 'lkr_Qm7qqCPssiQD0zRcq2edNgna8e6tGbe6DgK0YQIsKmjM9_5U3mcrC4k_kfNKJFOoQ5rNfjh10FmQjnaVL',
  code: 'lkc_WhTIQX05eaj02TavHYdi69UeEYOTPxwH-M8w1IakqHU',
} as const
