/**
 * AWS's Signature Version 4 test suite (Apache-2.0), as botocore has it in `tests/unit/auth/aws4_testsuite`: the cases without a query,
 * which the services of the lean client do not have. Key, secret, time, Region and service are the same in all.
 */
export const VECTORS: readonly Vector[] = [
  {
    name: "get-header-key-duplicate",
    method: "GET",
    path: "/",
    headers: {
      "my-header1": "value2,value2,value1",
    },
    body: "",
    signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
  },
  {
    name: "get-header-value-order",
    method: "GET",
    path: "/",
    headers: {
      "my-header1": "value4,value1,value3,value2",
    },
    body: "",
    signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
  },
  {
    name: "get-header-value-trim",
    method: "GET",
    path: "/",
    headers: {
      "my-header1": " value1",
      "my-header2": ' "a   b   c"',
    },
    body: "",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  {
    name: "get-unreserved",
    method: "GET",
    path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    headers: {},
    body: "",
    signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
  },
  {
    name: "get-utf8",
    method: "GET",
    path: "/ሴ",
    headers: {},
    body: "",
    signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
  },
  {
    name: "get-vanilla",
    method: "GET",
    path: "/",
    headers: {},
    body: "",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-relative",
    method: "GET",
    path: "/example/..",
    headers: {},
    body: "",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-slash-dot-slash",
    method: "GET",
    path: "/./",
    headers: {},
    body: "",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-slash-pointless-dot",
    method: "GET",
    path: "/./example",
    headers: {},
    body: "",
    signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
  },
  {
    name: "get-slash",
    method: "GET",
    path: "//",
    headers: {},
    body: "",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "get-slashes",
    method: "GET",
    path: "//example//",
    headers: {},
    body: "",
    signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
  },
  {
    name: "get-space",
    method: "GET",
    path: "/example space/",
    headers: {},
    body: "",
    signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
  },
  {
    name: "get-special-character",
    method: "GET",
    path: "/example/$delete",
    headers: {},
    body: "",
    signature: "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27",
  },
  {
    name: "post-header-key-sort",
    method: "POST",
    path: "/",
    headers: {
      "my-header1": "value1",
    },
    body: "",
    signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  },
  {
    name: "post-header-value-case",
    method: "POST",
    path: "/",
    headers: {
      "my-header1": "VALUE1",
    },
    body: "",
    signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
  },
  {
    name: "post-sts-header-before",
    method: "POST",
    path: "/",
    headers: {},
    body: "",
    signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    sessionToken:
      "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==",
  },
  {
    name: "post-vanilla",
    method: "POST",
    path: "/",
    headers: {},
    body: "",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    name: "post-x-www-form-urlencoded-parameters",
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf8",
    },
    body: "Param1=value1",
    signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
  },
  {
    name: "post-x-www-form-urlencoded",
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
];

export interface Vector {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Besides `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly sessionToken?: string;
  readonly signature: string;
}
