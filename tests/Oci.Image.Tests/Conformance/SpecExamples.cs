using Oci.Image.Tests.Validation;

namespace Oci.Image.Tests.Conformance;

/// <summary>The cases of image-spec's own schema tests (schema/*_test.go of 1.1.1), in short form, and what each must give.</summary>
internal static class SpecExamples
{
    private const string A = "sha256:5b0bcabd1ed22e9fb1310cf6c2dec7cdef19f0ad69efa1f392e94a4333501270";
    private const string B = "sha256:c86f7763873b6c0aae22d963bab59b4f5debbed6685761b5951584f6efb0633b";
    private const string Long = "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456";
    private const string Rest = $"'size':7682,'digest':'{A}'";
    private const string Config = $"'config':{{'mediaType':'{DocumentSamples.Config}','size':1470,'digest':'{B}'}}";
    private const string Layer = $"{{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','size':148,'digest':'{A}'}}";
    private const string Head = $"'schemaVersion':2,'mediaType':'{DocumentSamples.Manifest}'";
    private const string DiffIds = $"'rootfs':{{'diff_ids':['{A}'],'type':'layers'}}";

    public static IReadOnlyList<(string Name, string MediaType, string Json, bool IsGood)> All { get; } =
    [
        ("descriptor", DocumentSamples.DescriptorType, $"{{'mediaType':'{DocumentSamples.Manifest}',{Rest}}}", true),
        ("zero length blob", DocumentSamples.DescriptorType, "{'mediaType':'application/octet-stream','size':0,'digest':'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}", true),
        ("mediaType missing", DocumentSamples.DescriptorType, $"{{{Rest}}}", false),
        ("no subtype", DocumentSamples.DescriptorType, $"{{'mediaType':'application',{Rest}}}", false),
        ("bad first character of the type", DocumentSamples.DescriptorType, $"{{'mediaType':'.foo/bar',{Rest}}}", false),
        ("bad first character of the subtype", DocumentSamples.DescriptorType, $"{{'mediaType':'foo/.bar',{Rest}}}", false),
        ("type and subtype as long as can be", DocumentSamples.DescriptorType, $"{{'mediaType':'{Long}7/{Long}7',{Rest}}}", true),
        ("type too long", DocumentSamples.DescriptorType, $"{{'mediaType':'{Long}78/bar',{Rest}}}", false),
        ("subtype too long", DocumentSamples.DescriptorType, $"{{'mediaType':'foo/{Long}78',{Rest}}}", false),
        ("size missing", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','digest':'{A}'}}", false),
        ("size is a string", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':'7682','digest':'{A}'}}", false),
        ("negative size", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':-7682,'digest':'{A}'}}", false),
        ("digest missing", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':7682}", false),
        ("digest without algorithm", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{A.Replace("sha256", "", StringComparison.Ordinal)}'}}", false),
        ("digest without hash", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':1,'digest':'sha256'}", false),
        ("algorithm in capitals", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{A.Replace("sha256", "SHA256", StringComparison.Ordinal)}'}}", false),
        ("hash in capitals", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':1,'digest':'sha256:5B0BCABD1ED22E9FB1310CF6C2DEC7CDEF19F0AD69EFA1F392E94A4333501270'}", false),
        ("url", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b',{Rest},'urls':['https://example.com/foo']}}", true),
        ("no url", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b',{Rest},'urls':['value']}}", false),
        ("artifactType", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','artifactType':'{DocumentSamples.Manifest}',{Rest}}}", true),
        ("bad artifactType", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','artifactType':'foo/.bar',{Rest}}}", false),
        ("data", DocumentSamples.DescriptorType, "{'mediaType':'text/plain','size':34,'data':'aHR0cHM6Ly9naXRodWIuY29tL29wZW5jb250YWluZXJzCg==','digest':'sha256:2690af59371e9eca9453dc29882643f46e5ca47ec2862bd517b5e17351325153'}", true),
        ("data without padding", DocumentSamples.DescriptorType, "{'mediaType':'text/plain','size':34,'data':'aHR0cHM6Ly9naXRodWIuY29tL29wZW5jb250YWluZXJzCg','digest':'sha256:2690af59371e9eca9453dc29882643f46e5ca47ec2862bd517b5e17351325153'}", false),
        ("another algorithm", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{B.Replace(":", "+b64:", StringComparison.Ordinal)}'}}", true),
        ("another algorithm with two separators", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{B.Replace(":", "+foo-bar:", StringComparison.Ordinal)}'}}", true),
        ("another algorithm with a dot", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{B.Replace(":", ".foo-bar:", StringComparison.Ordinal)}'}}", true),
        ("multihash", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':1,'digest':'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8'}", true),
        ("separators in a row", DocumentSamples.DescriptorType, $"{{'mediaType':'a/b','size':1,'digest':'{B.Replace(":", "+foo+-b:", StringComparison.Ordinal)}'}}", false),
        ("another encoding", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':1,'digest':'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564'}", true),
        ("another encoding with padding", DocumentSamples.DescriptorType, "{'mediaType':'a/b','size':1,'digest':'sha256+b64u.unknownlength:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564='}", true),

        ("manifest mediaType does not match", DocumentSamples.Manifest, $"{{'schemaVersion':2,'mediaType':'invalid',{Config},'layers':[{Layer}]}}", false),
        ("config.size is a string", DocumentSamples.Manifest, $"{{{Head},{Config.Replace("1470", "'1470'", StringComparison.Ordinal)},'layers':[{Layer}]}}", false),
        ("layers.size is a string", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[{Layer.Replace("148", "'148'", StringComparison.Ordinal)}]}}", false),
        ("config.digest is no hex", DocumentSamples.Manifest, $"{{{Head},{Config.Replace("c86f", "hhmm", StringComparison.Ordinal)},'layers':[]}}", false),
        ("manifest", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[{Layer},{Layer}]}}", true),
        ("manifest with annotations", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[{Layer}],'annotations':{{'key1':'value1','key2':'value2'}}}}", true),
        ("manifest without layers", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[]}}", true),
        ("manifest with a layer of its own type", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[{Layer.Replace("vnd.oci.image.layer.v1.tar+gzip", "vnd.other.layer", StringComparison.Ordinal)}]}}", true),
        ("manifest with subject", DocumentSamples.Manifest, $"{{{Head},{Config},'layers':[{Layer}],'subject':{{'mediaType':'{DocumentSamples.Manifest}',{Rest}}}}}", true),
        ("empty config without artifactType", DocumentSamples.Manifest, $"{{{Head},'config':{{'mediaType':'application/vnd.oci.empty.v1+json','size':2,'digest':'{DocumentSamples.EmptyDigest}'}},'layers':[{Layer}]}}", false),

        ("index with an invalid entry", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'invalid',{Rest}}}]}}", false),
        ("index with an empty mediaType", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'',{Rest}}}]}}", false),
        ("manifest.size is a string", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'a/b',{Rest.Replace("7682", "'7682'", StringComparison.Ordinal)}}}]}}", false),
        ("manifest.digest is missing", DocumentSamples.Index, "{'schemaVersion':2,'manifests':[{'mediaType':'a/b','size':7682}]}", false),
        ("index without platform", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'{DocumentSamples.Manifest}',{Rest}}}]}}", true),
        ("index with CPU features", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'{DocumentSamples.Manifest}',{Rest},'platform':{{'architecture':'amd64','os':'linux','features':['sse4']}}}}],'annotations':{{'com.example.key1':'value1'}}}}", true),
        ("index with a media type of its own", DocumentSamples.Index, $"{{'schemaVersion':2,'manifests':[{{'mediaType':'application/customized.manifest+json',{Rest},'platform':{{'architecture':'ppc64le','os':'linux'}}}}]}}", true),

        ("os is a number", DocumentSamples.Config, $"{{'architecture':'amd64','os':123,{DiffIds}}}", false),
        ("User is a number", DocumentSamples.Config, $"{{'architecture':'amd64','os':'linux','config':{{'User':1234}},{DiffIds}}}", false),
        ("history is a string", DocumentSamples.Config, $"{{'history':'should be an array','architecture':'amd64','os':'linux',{DiffIds}}}", false),
        ("Env has a number", DocumentSamples.Config, $"{{'architecture':'amd64','os':'linux','config':{{'Env':[7353]}},{DiffIds}}}", false),
        ("Volumes is a list", DocumentSamples.Config, $"{{'architecture':'amd64','os':'linux','config':{{'Volumes':['/var/a']}},{DiffIds}}}", false),
        ("no JSON", DocumentSamples.Config, "invalid JSON", false),
        ("config", DocumentSamples.Config, $"{{'architecture':'amd64','os':'linux',{DiffIds}}}", true),
        ("config with all members", DocumentSamples.Config, $"{{'created':'2015-10-31T22:22:56.015925234Z','author':'Alyssa P. Hacker <alyspdev@example.com>','architecture':'amd64','os':'linux','config':{{'User':'1:1','ExposedPorts':{{'8080/tcp':{{}}}},'Env':['FOO=a'],'Entrypoint':['/bin/sh'],'Cmd':['--foreground'],'Volumes':{{'/var/a':{{}}}},'WorkingDir':'/home/alice','Labels':{{'com.example.a':'b'}},'StopSignal':'SIGRTMIN+3','ArgsEscaped':true}},{DiffIds},'history':[{{'created':'2015-10-31T22:22:54.690851953Z','created_by':'x','empty_layer':true}}]}}", true),

        ("layout without quotes", DocumentSamples.Header, "{'imageLayoutVersion':1.0.0}", false),
        ("layout", DocumentSamples.Header, "{'imageLayoutVersion':'1.0.0'}", true),
    ];
}
