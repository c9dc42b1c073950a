namespace Oci.Image.Tests.Validation;

/// <summary>Documents that break one rule each, and good ones.</summary>
internal static class DocumentSamples
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string DescriptorType = "application/vnd.oci.descriptor.v1+json";
    public const string Header = "application/vnd.oci.layout.header.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>The digest of <c>{}</c>.</summary>
    public const string EmptyDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    private const string ConfigOf = $"'config':{{'mediaType':'{Config}','digest':'{EmptyDigest}','size':2}}";
    private const string Layer = $"{{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'{EmptyDigest}','size':2}}";
    private const string Head = $"'schemaVersion':2,'mediaType':'{Manifest}'";
    private const string IndexHead = $"'schemaVersion':2,'mediaType':'{Index}'";
    private const string Entry = $"'mediaType':'{Manifest}','digest':'{EmptyDigest}','size':2";
    private const string RootFs = "'rootfs':{'type':'layers','diff_ids':[]}";
    private const string Platform = "'architecture':'amd64','os':'linux'";

    public static IReadOnlyList<(string MediaType, string Json)> Good { get; } =
    [
        (Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}]}}"),
        (Manifest, $"{{{Head},'artifactType':'a/b','config':{{'mediaType':'application/vnd.oci.empty.v1+json','digest':'{EmptyDigest}','size':2,'data':'e30='}},'layers':[{Layer}],'x':{{'y':[1]}},'annotations':{{}}}}"),
        (Index, $"{{{IndexHead},'manifests':[]}}"),
        (Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{{Platform},'variant':'v3','os.features':['x']}}}},{{{Entry},'platform':{{'architecture':'unknown','os':'unknown'}}}}]}}"),
        (Config, $"{{{Platform},{RootFs}}}"),
        (Config, $"{{'created':'2015-10-31T22:22:56.015925234Z','author':null,{Platform},'config':{{'Env':['A=b'],'ExposedPorts':{{'80':{{}},'1/udp':{{}}}},'Cmd':null,'Labels':null,'Hostname':'x'}},{RootFs},'history':null}}"),
        (Header, "{'imageLayoutVersion':'1.0.0','x':1}"),
        ("application/vnd.example+json", "{'anything':true}"),
    ];

    public static IReadOnlyList<(string Rule, string MediaType, string Json, string Path)> Broken { get; } =
    [
        ("json-syntax", Manifest, "{", "$"),
        ("json-syntax", Manifest, "{'a':'\\ud800'}", "$.a"),
        ("json-duplicate-member", Config, $"{{{Platform},{RootFs},'config':{{'Labels':{{'a.b':'1','a.b':'2'}}}}}}", "$.config.Labels['a.b']"),
        ("json-duplicate-member", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'x':[0,{{'y':[[],{{'z':1,'z':2}}]}}]}}", "$.x[1].y[1].z"),
        ("json-member-case", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'Layers':[]}}", "$.Layers"),
        ("json-type", Manifest, "[]", "$"),
        ("json-type", Config, $"{{'architecture':'amd64','os':123,{RootFs}}}", "$.os"),
        ("json-type", Config, $"{{{Platform},{RootFs},'config':{{'Env':[7353]}}}}", "$.config.Env[0]"),
        ("json-type", Config, $"{{{Platform},{RootFs},'history':[{{'empty_layer':'yes'}}]}}", "$.history[0].empty_layer"),
        ("document-unreadable", Config, $"{{{Platform},{RootFs},'config':{{'StopTimeout':'soon'}}}}", "$.config.StopTimeout"),
        ("descriptor-media-type-required", DescriptorType, $"{{'digest':'{EmptyDigest}','size':2}}", "$.mediaType"),
        ("media-type-grammar", DescriptorType, $"{{'mediaType':'foo/.bar','digest':'{EmptyDigest}','size':2}}", "$.mediaType"),
        ("media-type-grammar", Manifest, $"{{{Head},'artifactType':'image',{ConfigOf},'layers':[{Layer}]}}", "$.artifactType"),
        ("descriptor-digest-required", DescriptorType, "{'mediaType':'a/b','size':2}", "$.digest"),
        ("digest-grammar", DescriptorType, "{'mediaType':'a/b','digest':'sha256:zz','size':2}", "$.digest"),
        ("digest-unsupported", DescriptorType, "{'mediaType':'a/b','digest':'multihash+base58:QmRZxt2b1FVZ','size':2}", "$.digest"),
        ("descriptor-size-required", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}'}}", "$.size"),
        ("descriptor-size", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':-2}}", "$.size"),
        ("descriptor-size", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2.5}}", "$.size"),
        ("descriptor-size", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':9223372036854775808}}", "$.size"),
        ("descriptor-url", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2,'urls':['https://a/b','value']}}", "$.urls[1]"),
        ("descriptor-url-scheme", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2,'urls':['ftp://a/b']}}", "$.urls[0]"),
        ("descriptor-data", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2,'data':'e30'}}", "$.data"),
        ("descriptor-data", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2,'data':'W10='}}", "$.data"),
        ("descriptor-data", DescriptorType, $"{{'mediaType':'a/b','digest':'{EmptyDigest}','size':3,'data':'e30='}}", "$.data"),
        ("descriptor-empty", DescriptorType, $"{{'mediaType':'application/vnd.oci.empty.v1+json','digest':'{EmptyDigest}','size':3}}", "$"),
        ("annotation-map", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'a.b':1}}}}", "$.annotations['a.b']"),
        ("annotation-map", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'a.b':null}}}}", "$.annotations['a.b']"),
        ("annotation-map", Index, $"{{{IndexHead},'manifests':[],'annotations':null}}", "$.annotations"),
        ("annotation-map", Config, $"{{{Platform},{RootFs},'config':{{'Labels':['a']}}}}", "$.config.Labels"),
        ("annotation-reserved-key", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'org.opencontainers.image.mine':''}}}}", "$.annotations['org.opencontainers.image.mine']"),
        ("annotation-key-naming", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'mine':''}}}}", "$.annotations.mine"),
        ("annotation-created", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'org.opencontainers.image.created':'yesterday'}}}}", "$.annotations['org.opencontainers.image.created']"),
        ("annotation-base-digest", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'annotations':{{'org.opencontainers.image.base.digest':'latest'}}}}", "$.annotations['org.opencontainers.image.base.digest']"),
        ("platform-architecture-required", Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{'os':'linux'}}}}]}}", "$.manifests[0].platform.architecture"),
        ("platform-os-required", Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{'architecture':'amd64','os':''}}}}]}}", "$.manifests[0].platform.os"),
        ("platform-known", Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{'architecture':'x86_64','os':'linux'}}}}]}}", "$.manifests[0].platform.architecture"),
        ("platform-variant", Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{'architecture':'arm','os':'linux','variant':'seven'}}}}]}}", "$.manifests[0].platform.variant"),
        ("manifest-schema-version", Manifest, $"{{'schemaVersion':1,'mediaType':'{Manifest}',{ConfigOf},'layers':[{Layer}]}}", "$.schemaVersion"),
        ("manifest-schema-version", Manifest, $"{{'mediaType':'{Manifest}',{ConfigOf},'layers':[{Layer}]}}", "$.schemaVersion"),
        ("manifest-media-type", Manifest, $"{{'schemaVersion':2,'mediaType':'{DockerManifest}',{ConfigOf},'layers':[{Layer}]}}", "$.mediaType"),
        ("manifest-media-type", Manifest, $"{{'schemaVersion':2,'mediaType':'invalid',{ConfigOf},'layers':[{Layer}]}}", "$.mediaType"),
        ("manifest-media-type-missing", Manifest, $"{{'schemaVersion':2,{ConfigOf},'layers':[{Layer}]}}", "$.mediaType"),
        ("manifest-is-index", Manifest, $"{{{Head},{ConfigOf},'layers':[{Layer}],'manifests':null}}", "$.manifests"),
        ("manifest-config-required", Manifest, $"{{{Head},'layers':[{Layer}]}}", "$.config"),
        ("manifest-layers-required", Manifest, $"{{{Head},{ConfigOf},'layers':null}}", "$.layers"),
        ("manifest-layers-empty", Manifest, $"{{{Head},{ConfigOf},'layers':[]}}", "$.layers"),
        ("manifest-layer-media-type", Manifest, $"{{{Head},{ConfigOf},'layers':[{{'mediaType':'a/b','digest':'{EmptyDigest}','size':2}}]}}", "$.layers[0].mediaType"),
        ("manifest-layer-media-type", DockerManifest, $"{{'schemaVersion':2,'mediaType':'{DockerManifest}',{ConfigOf},'layers':[{Layer}]}}", "$.layers[0].mediaType"),
        ("manifest-artifact-type-required", Manifest, $"{{{Head},'config':{{'mediaType':'application/vnd.oci.empty.v1+json','digest':'{EmptyDigest}','size':2}},'layers':[{Layer}]}}", "$.artifactType"),
        ("index-schema-version", Index, $"{{'schemaVersion':3,'mediaType':'{Index}','manifests':[]}}", "$.schemaVersion"),
        ("index-media-type", Index, $"{{'schemaVersion':2,'mediaType':'{Manifest}','manifests':[]}}", "$.mediaType"),
        ("index-media-type-missing", Index, "{'schemaVersion':2,'manifests':[]}", "$.mediaType"),
        ("index-is-manifest", Index, $"{{{IndexHead},'manifests':[],'layers':[]}}", "$.layers"),
        ("index-manifests-required", Index, $"{{{IndexHead}}}", "$.manifests"),
        ("index-entry-media-type", Index, $"{{{IndexHead},'manifests':[{{'mediaType':'application/xml','digest':'{EmptyDigest}','size':2}}]}}", "$.manifests[0].mediaType"),
        ("index-platform-missing", Index, $"{{{IndexHead},'manifests':[{{{Entry},'platform':{{{Platform}}}}},{{{Entry}}}]}}", "$.manifests[1].platform"),
        ("config-architecture-required", Config, $"{{'os':'linux',{RootFs}}}", "$.architecture"),
        ("config-os-required", Config, $"{{'architecture':'amd64',{RootFs}}}", "$.os"),
        ("config-rootfs-required", Config, $"{{{Platform}}}", "$.rootfs"),
        ("config-rootfs-required", Config, $"{{{Platform},'rootfs':{{'type':'layers'}}}}", "$.rootfs.diff_ids"),
        ("config-rootfs-type", Config, $"{{{Platform},'rootfs':{{'type':'layers+base','diff_ids':[]}}}}", "$.rootfs.type"),
        ("config-time", Config, $"{{{Platform},{RootFs},'created':'2024-05-01 10:00'}}", "$.created"),
        ("config-time", Config, $"{{{Platform},{RootFs},'history':[{{'created':''}}]}}", "$.history[0].created"),
        ("config-env", Config, $"{{{Platform},{RootFs},'config':{{'Env':['A=','=b']}}}}", "$.config.Env[1]"),
        ("config-port", Config, $"{{{Platform},{RootFs},'config':{{'ExposedPorts':{{'80/tcp':{{}},'http':{{}}}}}}}}", "$.config.ExposedPorts.http"),
        ("layout-header-version", Header, "{'imageLayoutVersion':'2.0.0'}", "$.imageLayoutVersion"),
        ("layout-header-version", Header, "{}", "$.imageLayoutVersion"),
    ];
}
