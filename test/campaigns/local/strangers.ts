/** A CDK app of a kind that people write, and how its main path is walked. */
export interface StrangersApp {
  /** The body of its stack's constructor. `fn(id, props)` makes a function that prints the event that it gets. */
  readonly body: string;
  /** How an event gets in: logical ids or construct paths. */
  readonly enter:
    | { readonly queue: string }
    | { readonly topic: string }
    | { readonly bucket: string }
    | { readonly table: string }
    | { readonly http: string }
    | { readonly minutes: number };
  /** The function that has to get it. */
  readonly reaches: string;
}

/** By the name of the stack. */
export const STRANGERS: Readonly<Record<string, StrangersApp>> = {
  OrderApi: {
    body: `
      const queue = new sqs.Queue(this, "Orders", { encryption: sqs.QueueEncryption.KMS_MANAGED });
      const table = new dynamodb.TableV2(this, "Table", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
        globalSecondaryIndexes: [{ indexName: "byName", partitionKey: { name: "by", type: dynamodb.AttributeType.STRING } }] });
      const pool = new cognito.UserPool(this, "Users", { selfSignUpEnabled: true });
      const client = pool.addClient("Web", { authFlows: { userSrp: true } });
      pool.addDomain("Domain", { cognitoDomain: { domainPrefix: "strangers" } });
      const http = new apigatewayv2.HttpApi(this, "Http", { corsPreflight: { allowOrigins: ["*"] } });
      const place = fn("Place", { environment: { QUEUE: queue.queueUrl, TABLE: table.tableName, CLIENT: client.userPoolClientId } });
      queue.grantSendMessages(place); table.grantReadWriteData(place);
      http.addRoutes({ path: "/orders/{id}", methods: [apigatewayv2.HttpMethod.POST],
        integration: new integrations.HttpLambdaIntegration("Place", place),
        authorizer: new authorizers.HttpUserPoolAuthorizer("Auth", pool, { userPoolClients: [client] }) });
      new wafv2.CfnWebACL(this, "Acl", { scope: "REGIONAL", defaultAction: { allow: {} },
        visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true } });
      new cdk.CfnOutput(this, "Url", { value: http.url + "orders/1" });`,
    enter: { http: "Url" },
    reaches: "Place",
  },
  Images: {
    body: `
      const bucket = new s3.Bucket(this, "Uploads", { encryption: s3.BucketEncryption.KMS, versioned: true, eventBridgeEnabled: true,
        cors: [{ allowedMethods: [s3.HttpMethods.PUT], allowedOrigins: ["*"] }], lifecycleRules: [{ expiration: cdk.Duration.days(3) }] });
      const site = new cloudfront.Distribution(this, "Cdn", { defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(bucket) },
        certificate: acm.Certificate.fromCertificateArn(this, "Cert", "arn:aws:acm:us-east-1:123456789012:certificate/x"), domainNames: ["a.example"] });
      const zone = new route53.PublicHostedZone(this, "Zone", { zoneName: "a.example" });
      new route53.ARecord(this, "Alias", { zone, target: route53.RecordTarget.fromAlias(new route53targets.CloudFrontTarget(site)) });
      const topic = new sns.Topic(this, "Uploaded");
      bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SnsDestination(topic), { suffix: ".png" });
      const queue = new sqs.Queue(this, "Thumbnails", { visibilityTimeout: cdk.Duration.seconds(60) });
      topic.addSubscription(new subscriptions.SqsSubscription(queue, { rawMessageDelivery: true }));
      fn("Thumb", { environment: { CDN: site.distributionDomainName, ID: site.distributionId } }).addEventSource(new sources.SqsEventSource(queue));`,
    enter: { bucket: "Uploads" },
    reaches: "Thumb",
  },
  Database: {
    body: `
      const vpc = new ec2.Vpc(this, "Vpc", { maxAzs: 2, natGateways: 1, flowLogs: { all: {} } });
      vpc.addGatewayEndpoint("S3", { service: ec2.GatewayVpcEndpointAwsService.S3 });
      vpc.addInterfaceEndpoint("Sqs", { service: ec2.InterfaceVpcEndpointAwsService.SQS });
      const cluster = new rds.DatabaseCluster(this, "Db", { engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
        writer: rds.ClusterInstance.serverlessV2("w"), vpc });
      const proxy = cluster.addProxy("Proxy", { secrets: [cluster.secret], vpc });
      const cache = new elasticache.CfnReplicationGroup(this, "Cache", { replicationGroupDescription: "c" });
      const queue = new sqs.Queue(this, "Jobs", { deadLetterQueue: { queue: new sqs.Queue(this, "Dead"), maxReceiveCount: 3 } });
      const worker = fn("Worker", { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, tracing: lambda.Tracing.ACTIVE,
        environment: { HOST: proxy.endpoint, SECRET: cluster.secret.secretArn, PORT: cluster.clusterEndpoint.port.toString(),
          CACHE: cache.attrPrimaryEndPointAddress, USER: cluster.secret.secretValueFromJson("username").unsafeUnwrap() } });
      cluster.connections.allowDefaultPortFrom(worker);
      worker.addEventSource(new sources.SqsEventSource(queue, { reportBatchItemFailures: true }));`,
    enter: { queue: "Jobs" },
    reaches: "Worker",
  },
  Containers: {
    body: `
      const cluster = new ecs.Cluster(this, "Cluster", { containerInsightsV2: ecs.ContainerInsights.ENABLED });
      const image = ecs.ContainerImage.fromRegistry("nginx");
      const service = new patterns.ApplicationLoadBalancedFargateService(this, "Web", { cluster, taskImageOptions: { image } });
      service.service.autoScaleTaskCount({ maxCapacity: 3 }).scaleOnCpuUtilization("Cpu", { targetUtilizationPercent: 50 });
      new patterns.QueueProcessingFargateService(this, "Batch", { cluster, image });
      new ecr.Repository(this, "Repo");
      new efs.FileSystem(this, "Files", { vpc: cluster.vpc });
      const topic = new sns.Topic(this, "Alerts", { masterKey: new kms.Key(this, "Key", { enableKeyRotation: true, alias: "alerts" }) });
      new cloudwatch.Alarm(this, "High", { metric: service.service.metricCpuUtilization(), threshold: 80, evaluationPeriods: 1 })
        .addAlarmAction(new actions.SnsAction(topic));
      fn("Notify", { environment: { WEB: service.loadBalancer.loadBalancerDnsName } }).addEventSource(new sources.SnsEventSource(topic));`,
    enter: { topic: "Alerts" },
    reaches: "Notify",
  },
  Streams: {
    body: `
      const table = new dynamodb.Table(this, "Table", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, stream: dynamodb.StreamViewType.NEW_IMAGE, timeToLiveAttribute: "ttl" });
      const lake = new s3.Bucket(this, "Lake");
      const role = new iam.Role(this, "Role", { assumedBy: new iam.ServicePrincipal("firehose.amazonaws.com") });
      const hose = new firehose.CfnDeliveryStream(this, "Hose", { s3DestinationConfiguration: { bucketArn: lake.bucketArn, roleArn: role.roleArn } });
      new glue.CfnDatabase(this, "Catalog", { catalogId: this.account, databaseInput: { name: "d" } });
      const dead = new sqs.Queue(this, "Dead");
      fn("Project", { environment: { HOSE: hose.attrArn } }).addEventSource(new sources.DynamoEventSource(table, {
        startingPosition: lambda.StartingPosition.LATEST, bisectBatchOnError: true, retryAttempts: 2, onFailure: new sources.SqsDlq(dead),
        filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual("INSERT") })] }));`,
    enter: { table: "Table" },
    reaches: "Project",
  },
  Workflow: {
    body: `
      const step = fn("Step");
      const task = new tasks.LambdaInvoke(this, "Run", { lambdaFunction: step }).addRetry();
      const machine = new sfn.StateMachine(this, "Machine", { definitionBody: sfn.DefinitionBody.fromChainable(
        new sfn.Choice(this, "Which").when(sfn.Condition.stringEquals("$.a", "b"), task).otherwise(new sfn.Succeed(this, "End"))),
        logs: { destination: new logs.LogGroup(this, "Logs") } });
      const bus = new events.EventBus(this, "Bus", { eventBusName: "shop" });
      bus.archive("Archive", { eventPattern: { source: ["shop"] }, retention: cdk.Duration.days(7) });
      new events.Rule(this, "Placed", { eventBus: bus, eventPattern: { source: ["shop"] }, targets: [new targets.SfnStateMachine(machine)] });
      const queue = new sqs.Queue(this, "Every");
      new events.Rule(this, "Nightly", { schedule: events.Schedule.rate(cdk.Duration.minutes(30)), targets: [new targets.SqsQueue(queue), new targets.CodeBuildProject(
        new codebuild.Project(this, "Build", { buildSpec: codebuild.BuildSpec.fromObject({ version: "0.2" }) }))] });
      fn("Tick", { environment: { MACHINE: machine.stateMachineArn, BUS: bus.eventBusName } }).addEventSource(new sources.SqsEventSource(queue));`,
    enter: { minutes: 31 },
    reaches: "Tick",
  },
  Parent: {
    body: `
      const topic = new sns.Topic(this, "Topic");
      const queue = new sqs.Queue(this, "Queue");
      topic.addSubscription(new subscriptions.SqsSubscription(queue));
      class Child extends cdk.NestedStack { constructor(scope, id, props) { super(scope, id, props);
        this.own = new sqs.Queue(this, "Own");
        const reader = new lambda.Function(this, "Reader", { ...props.defaults, environment: { TOPIC: props.topic.topicArn, OWN: this.own.queueUrl } });
        reader.addEventSource(new sources.SqsEventSource(props.queue)); } }
      const child = new Child(this, "Child", { topic, queue, defaults: DEFAULTS });
      new ssm.StringParameter(this, "QueueUrl", { parameterName: "/parent/queue", stringValue: child.own.queueUrl });`,
    enter: { topic: "Topic" },
    reaches: "Child/Reader",
  },
  Imports: {
    body: `
      const queue = sqs.Queue.fromQueueArn(this, "Foreign", cdk.Fn.importValue("other-queue-arn"));
      const topic = sns.Topic.fromTopicArn(this, "Central", ssm.StringParameter.valueForStringParameter(this, "/central/topic"));
      const own = new sqs.Queue(this, "Own");
      topic.addSubscription(new subscriptions.SqsSubscription(own));
      const table = dynamodb.Table.fromTableName(this, "Shared", "shared");
      const vpc = ec2.Vpc.fromVpcAttributes(this, "Vpc", { vpcId: cdk.Fn.importValue("vpc"), availabilityZones: ["a"], privateSubnetIds: [cdk.Fn.importValue("net")] });
      const key = kms.Key.fromKeyArn(this, "Key", "arn:aws:kms:eu-central-1:123456789012:key/k");
      const reader = fn("Reader", { vpc, environmentEncryption: key, environment: { TABLE: table.tableArn, DEAD: queue.queueUrl,
        TOKEN: cdk.SecretValue.secretsManager("token", { jsonField: "value" }).unsafeUnwrap(), STAGE: new cdk.CfnParameter(this, "Stage", { type: "String" }).valueAsString } });
      reader.addEventSource(new sources.SqsEventSource(own));
      table.grantReadData(reader); queue.grantSendMessages(reader);`,
    enter: { queue: "Own" },
    reaches: "Reader",
  },
  Mixed: {
    body: `
      const topic = new sns.Topic(this, "Jobs", { displayName: "jobs" });
      const python = new lambda.Function(this, "Python", { runtime: lambda.Runtime.PYTHON_3_13, handler: "index.handler",
        code: lambda.Code.fromInline("def handler(event, context):\\n  return 1") });
      const docker = new lambda.DockerImageFunction(this, "Image", { code: lambda.DockerImageCode.fromEcr(ecr.Repository.fromRepositoryName(this, "R", "r")) });
      for (const [name, target] of Object.entries({ Py: python, Im: docker })) {
        const queue = new sqs.Queue(this, name);
        topic.addSubscription(new subscriptions.SqsSubscription(queue));
        target.addEventSource(new sources.SqsEventSource(queue));
      }
      const node = fn("Node", { deadLetterQueueEnabled: true, reservedConcurrentExecutions: 5,
        insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_333_0 });
      const live = new lambda.Alias(this, "Live", { aliasName: "live", version: node.currentVersion, provisionedConcurrentExecutions: 1 });
      new codedeploy.LambdaDeploymentGroup(this, "Canary", { alias: live });
      topic.addSubscription(new subscriptions.LambdaSubscription(live, { filterPolicy: { kind: sns.SubscriptionFilter.existsFilter() } }));
      new cloudwatch.Dashboard(this, "Dash").addWidgets(new cloudwatch.GraphWidget({ left: [node.metricErrors()] }));
      new subscriptions.UrlSubscription("https://a.example/hook");
      topic.addSubscription(new subscriptions.UrlSubscription("https://a.example/hook"));`,
    enter: { topic: "Jobs" },
    reaches: "Node",
  },
  Delivery: {
    body: `
      const source = new codepipeline.Artifact();
      const bucket = new s3.Bucket(this, "Sources", { versioned: true });
      const pipeline = new codepipeline.Pipeline(this, "Pipeline", { crossAccountKeys: true });
      pipeline.addStage({ stageName: "Source", actions: [new pipelineActions.S3SourceAction({ actionName: "S3", bucket, bucketKey: "a.zip", output: source })] });
      pipeline.addStage({ stageName: "Build", actions: [new pipelineActions.CodeBuildAction({ actionName: "B", input: source,
        project: new codebuild.PipelineProject(this, "Project") })] });
      const queue = new sqs.Queue(this, "States", { fifo: true, contentBasedDeduplication: true });
      pipeline.onStateChange("Changed", { target: new targets.SqsQueue(queue, { messageGroupId: "p" }) });
      const seed = new cr.Provider(this, "Provider", { onEventHandler: fn("Seed", {}, "exports.handler = async () => ({ Data: { Name: 'seeded' } })") });
      const seeded = new cdk.CustomResource(this, "Seeded", { serviceToken: seed.serviceToken, resourceType: "Custom::Seed", properties: { n: 1 } });
      new cr.AwsCustomResource(this, "Call", { policy: cr.AwsCustomResourcePolicy.fromSdkCalls({ resources: ["*"] }),
        onCreate: { service: "SSM", action: "getParameter", parameters: { Name: "x" }, physicalResourceId: cr.PhysicalResourceId.of("x") } });
      fn("Report", { environment: { SEEDED: seeded.getAttString("Name") } }).addEventSource(new sources.SqsEventSource(queue));`,
    enter: { queue: "States" },
    reaches: "Report",
  },
  Chat: {
    body: `
      const connections = new dynamodb.Table(this, "Connections", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING } });
      const onMessage = fn("Message", { environment: { TABLE: connections.tableName } });
      const socket = new apigatewayv2.WebSocketApi(this, "Socket", { connectRouteOptions: { integration: new integrations.WebSocketLambdaIntegration("C", onMessage) } });
      const stage = new apigatewayv2.WebSocketStage(this, "Prod", { webSocketApi: socket, stageName: "prod", autoDeploy: true });
      const queue = new sqs.Queue(this, "Reminders");
      new scheduler.Schedule(this, "Hourly", { schedule: scheduler.ScheduleExpression.rate(cdk.Duration.hours(1)),
        target: new schedulerTargets.SqsSendMessage(queue, { input: scheduler.ScheduleTargetInput.fromObject({ hour: true }) }) });
      const rest = new apigateway.RestApi(this, "Admin", { deployOptions: { tracingEnabled: true, stageName: "v1" } });
      rest.addUsagePlan("Plan").addApiKey(rest.addApiKey("Key"));
      rest.root.addMethod("POST", new apigateway.LambdaIntegration(onMessage), { apiKeyRequired: true,
        requestValidator: rest.addRequestValidator("Body", { validateRequestBody: true }) });
      rest.root.addResource("queue").addMethod("POST", new apigateway.AwsIntegration({ service: "sqs", path: "x" }));
      fn("Remind", { environment: { SOCKET: stage.callbackUrl, REST: rest.url } }).addEventSource(new sources.SqsEventSource(queue));`,
    enter: { minutes: 61 },
    reaches: "Remind",
  },
};
