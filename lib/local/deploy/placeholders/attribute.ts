import type { Json } from "../../../std/index.ts";
import { placeholderArn, serviceOf } from "./arn.ts";
import { hexId, wordId } from "./identifiers.ts";
import { type Described, ec2Id } from "./reference.ts";

type Shape = (described: Described, attribute: string) => Json;

/** An attribute with one of these names is a list. Templates rarely select more than the third entry. */
const LIST_NAME =
  /(?:Ids|Arns|Servers|Blocks|CidrBlockAssociations|Entries|AvailabilityZones|SecurityGroups|Subnets|Addresses|List)$/;
const LIST_LENGTH = 3;

/** What the end of an attribute's name says about its value; the first that matches counts. */
const SHAPES: readonly (readonly [RegExp, Shape])[] = [
  [/Entries$/, (described, attribute) => `Z${wordId(attribute, 12).toUpperCase()}:${hostOf(described)}`],
  [/Blocks?$/, () => "10.0.0.0/16"],
  [/Arns?$/, (described) => placeholderArn(described)],
  [/(?:Url|URL|Uri|URI|ApiEndpoint)$/, (described) => `https://${hostOf(described)}`],
  [/Port$/, () => "443"],
  [/(?:Ip|IpAddress|Ip[vV]?4|Addresses)$/, () => "192.0.2.1"],
  [
    /(?:Address|Endpoint|Domain|DomainName|DNSName|DnsName|Dns|Host|Hostname|Servers)$/,
    (described) => hostOf(described),
  ],
  [/(?:Version|VersionNumber|Count|Number)$/, () => "1"],
  [/AvailabilityZones?$/, ({ place }) => `${place.region}a`],
  [/Date|Time|CreatedAt/, () => "2026-01-01T00:00:00Z"],
  [/^(?:Group|SecurityGroup|DefaultSecurityGroup)s?(?:Ids?)?$/, ({ name }) => ec2Id("SecurityGroup", name)],
  [/(?:Vpc|VPC)Id$/, ({ name }) => ec2Id("VPC", name)],
  [/(?:Subnet(?:Ids?|s))$/, ({ name }, attribute) => ec2Id("Subnet", name + attribute)],
  [/NetworkInterfaceIds$/, ({ name }) => ec2Id("NetworkInterface", name)],
  [/(?:Id|ID|Ids)$/, ({ name }, attribute) => wordId(name + attribute, 10)],
  [/(?:Secret|Key|Token|Value|Password)$/, ({ name }, attribute) => `placeholder-${hexId(name + attribute, 16)}`],
  [/Name$/, ({ name }) => name],
];

/**
 * The value of `Fn::GetAtt` for an attribute that does not exist locally. The end of the attribute's name decides its shape: an ARN, a
 * URL, a host, a port, an id, a list. Strings have the form that AWS gives them, so that templates can split them.
 */
export function placeholderAttribute(described: Described, attribute: string): Json {
  const leaf = attribute.split(".").at(-1) ?? attribute;
  const shape = SHAPES.find(([pattern]) => pattern.test(leaf))?.[1];
  const value = shape?.(described, leaf) ?? `${described.name}-${leaf}`;
  return LIST_NAME.test(leaf) ? Array.from({ length: LIST_LENGTH }, () => value) : value;
}

/** A host name that no DNS server knows: `.invalid` is reserved for that (RFC 2606), so that nobody is called by mistake. */
function hostOf({ type, name, place }: Described): string {
  return `${wordId(name, 10)}.${serviceOf(type)}.${place.region}.invalid`;
}
