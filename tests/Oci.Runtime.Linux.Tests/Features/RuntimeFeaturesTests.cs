using System.Text;
using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Features;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Features;

/// <summary>features.md and features-linux.md: what the document lists is what a configuration may ask for.</summary>
public sealed class RuntimeFeaturesTests
{
    private static readonly RuntimeFeatures s_features = ContainerRuntime.GetFeatures();

    /// <summary>features.md#specification-version: the runtime MUST accept both values as ociVersion.</summary>
    [Fact]
    [Must("config.md#specification-version-1", "features.md#specification-version-1", "features.md#specification-version-2", "features.md#specification-version-3")]
    public void Versions_AsOciVersion_AreAccepted()
    {
        foreach (string version in new[] { s_features.OciVersionMin, s_features.OciVersionMax })
        {
            AssertAccepted(DefaultSpec.Create() with { OciVersion = version });
        }
        Assert.True(Version.Parse(s_features.OciVersionMin) <= Version.Parse(s_features.OciVersionMax));
    }

    /// <summary>features.md#hooks: the runtime MUST support the elements in this array as the hooks property of config.json.</summary>
    [Fact]
    [Must("features.md#hooks-1")]
    public void Hooks_AllOfThem_AreAcceptedAndAreThoseOfTheSpec()
    {
        JsonObject hooks = [];
        foreach (string hook in s_features.Hooks!)
        {
            hooks[hook] = new JsonArray(new JsonObject { ["path"] = "/bin/true" });
        }
        RuntimeSpec spec = RuntimeSpec.Parse(Encoding.UTF8.GetBytes($$"""{"ociVersion":"1.3.0","hooks":{{hooks.ToJsonString()}}}"""));

        AssertAccepted(DefaultSpec.Create() with { Hooks = spec.Hooks });
        Assert.Null(spec.Hooks!.ExtensionData);
        Assert.Equal(6, s_features.Hooks.Count);
    }

    /// <summary>features.md#mount-options: the runtime MUST recognize the elements as options of mounts, and none SHOULD be the filesystem's own.</summary>
    [Fact]
    [Must("features.md#mount-options-1")]
    public void MountOptions_EachOfThem_IsNotLeftToTheFilesystem()
    {
        // Flags of the superblock that fsconfig(2) takes as words of its own, as every filesystem does.
        string[] words = ["sync", "dirsync", "lazytime"];
        foreach (string option in s_features.MountOptions!.Except(words))
        {
            Assert.True(MountOptions.Parse("tmpfs", [option]).Data.Count == 0, option);
        }
        Assert.Equal(s_features.MountOptions!.Order(StringComparer.Ordinal), s_features.MountOptions);
        Assert.Equal(s_features.MountOptions!.Distinct(), s_features.MountOptions);
    }

    /// <summary>features-linux.md#namespaces: the runtime MUST recognize the elements as type of linux.namespaces.</summary>
    [Fact]
    [Must("features-linux.md#namespaces-1")]
    public void Namespaces_AllOfThem_AreAccepted()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        LinuxIdMapping[] ids = [new LinuxIdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }];

        AssertAccepted(spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. s_features.Linux!.Namespaces!.Select(type => new LinuxNamespace { Type = type })],
                UidMappings = ids,
                GidMappings = ids,
            },
        });
        Assert.Equal(8, s_features.Linux!.Namespaces!.Count);
    }

    /// <summary>features-linux.md#capabilities: the runtime MUST recognize the elements in process.capabilities.</summary>
    [Fact]
    [Must("features-linux.md#capabilities-1")]
    public void Capabilities_AllOfThem_AreKnown()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        var sets = new LinuxCapabilities { Bounding = s_features.Linux!.Capabilities };

        Assert.Empty(RuntimeSpecValidator.Validate(spec with { Process = spec.Process! with { Capabilities = sets } }));
    }

    /// <summary>features-linux.md#seccomp: the runtime MUST recognize actions, operators, architectures and flags, and support supportedFlags.</summary>
    [Fact]
    [Must("features-linux.md#seccomp-1", "features-linux.md#seccomp-2", "features-linux.md#seccomp-3", "features-linux.md#seccomp-4", "features-linux.md#seccomp-5")]
    public void Seccomp_EachWord_IsCompiled()
    {
        SeccompFeatures seccomp = s_features.Linux!.Seccomp!;
        foreach (string action in seccomp.Actions!)
        {
            foreach (string op in seccomp.Operators!)
            {
                RuntimeSpec spec = DefaultSpec.Create();
                AssertAccepted(spec with
                {
                    Linux = spec.Linux! with
                    {
                        Seccomp = new LinuxSeccomp
                        {
                            DefaultAction = "SCMP_ACT_ALLOW",
                            Architectures = seccomp.Architectures,
                            Flags = [.. seccomp.SupportedFlags!.Where(f => action is SeccompSupport.Notify == f.EndsWith("RECV", StringComparison.Ordinal))],
                            ListenerPath = action is SeccompSupport.Notify ? "/run/listener.sock" : null,
                            Syscalls = [new LinuxSyscall { Names = ["getpid"], Action = action, Args = [new LinuxSeccompArg { Index = 0, Value = 1, Op = op }] }],
                        },
                    },
                });
            }
        }
        Assert.Equal(seccomp.KnownFlags, seccomp.SupportedFlags);
    }

    /// <summary>features-linux.md#memorypolicy: the runtime MUST recognize the modes and flags in linux.memoryPolicy.</summary>
    [Fact]
    [Must("features-linux.md#memorypolicy-1", "features-linux.md#memorypolicy-2")]
    public void MemoryPolicy_EachModeAndFlag_IsAccepted()
    {
        MemoryPolicyFeatures features = s_features.Linux!.MemoryPolicy!;
        RuntimeSpec spec = DefaultSpec.Create();
        foreach (string mode in features.Modes!)
        {
            AssertAccepted(spec with { Linux = spec.Linux! with { MemoryPolicy = new LinuxMemoryPolicy { Mode = mode, Nodes = mode is "MPOL_DEFAULT" or "MPOL_LOCAL" ? null : "0" } } });
        }
        foreach (string flag in features.Flags!)
        {
            AssertAccepted(spec with { Linux = spec.Linux! with { MemoryPolicy = new LinuxMemoryPolicy { Mode = "MPOL_BIND", Nodes = "0", Flags = [flag] } } });
        }
    }

    /// <summary>features-linux.md#mountextensions: where idmap is enabled, uidMappings and gidMappings of a mount are supported.</summary>
    [Fact]
    [Must("features-linux.md#mountextensions-1")]
    public void MountExtensions_MappingsOfAMount_AreAccepted()
    {
        Assert.True(s_features.Linux!.MountExtensions!.Idmap!.Enabled);
        RuntimeSpec spec = DefaultSpec.Create();
        LinuxIdMapping[] ids = [new LinuxIdMapping { ContainerId = 0, HostId = 1000, Size = 1 }];

        AssertAccepted(spec with
        {
            Mounts = [.. spec.Mounts!, new MountSpec { Destination = "/data", Source = "/srv", Type = "bind", Options = ["bind"], UidMappings = ids, GidMappings = ids }],
        });
    }

    [Fact]
    public void ToUtf8Bytes_OwnFeatures_ComeBackEqual()
    {
        byte[] document = s_features.ToUtf8Bytes();

        Assert.Equal(document, RuntimeFeatures.Parse(document).ToUtf8Bytes());
        Assert.Equal("false", (string?)JsonNode.Parse(document)!["annotations"]!["org.opencontainers.runc.checkpoint.enabled"]);
    }

    [Fact]
    public void Parse_FeaturesOfRunc_KeepsAllMembers()
    {
        const string document = """{"ociVersionMin":"1.0.0","ociVersionMax":"1.0.2-dev","hooks":null,"linux":{"cgroup":{"v1":true},"apparmor":{},"more":1},"other":[2]}""";

        RuntimeFeatures features = RuntimeFeatures.Parse(Encoding.UTF8.GetBytes(document));

        Assert.Null(features.Hooks);
        Assert.True(features.Linux!.Cgroup!.V1);
        Assert.Null(features.Linux.AppArmor!.Enabled);
        Assert.Equal(1, (int?)JsonNode.Parse(features.ToUtf8Bytes())!["linux"]!["more"]);
        Assert.Equal(2, (int?)JsonNode.Parse(features.ToUtf8Bytes())!["other"]![0]);
    }

    private static void AssertAccepted(RuntimeSpec spec)
    {
        RuntimeSpecValidator.ThrowIfInvalid(spec);
        SupportedSpec.ThrowIfUnsupported("features", spec, new HostFacts { Architecture = ProgramArchitecture.X64, HasAppArmor = true, HasSelinux = true, ResctrlPath = "/sys/fs/resctrl" });
    }
}
