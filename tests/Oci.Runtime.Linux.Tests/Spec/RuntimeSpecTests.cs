using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Spec;

public class RuntimeSpecTests
{
    [Fact]
    public void ToUtf8Bytes_EveryMemberAndUnknownOnes_SurviveRoundTrip()
    {
        JsonNode document = SpecExamples.Everything();

        byte[] written = SpecExamples.Parse(document.ToJsonString()).ToUtf8Bytes();

        Assert.True(JsonNode.DeepEquals(document, JsonNode.Parse(written)), System.Text.Encoding.UTF8.GetString(written));
    }

    [Theory]
    [InlineData("/ociVersion")]
    [InlineData("/process/consoleSize/height")]
    [InlineData("/process/user/additionalGids/0")]
    [InlineData("/process/capabilities/ambient/0")]
    [InlineData("/process/rlimits/0/soft")]
    [InlineData("/process/execCPUAffinity/final")]
    [InlineData("/process/scheduler/deadline")]
    [InlineData("/process/ioPriority/class")]
    [InlineData("/mounts/0/uidMappings/0/containerID")]
    [InlineData("/hooks/startContainer/0/timeout")]
    [InlineData("/linux/netDevices/second/name")]
    [InlineData("/linux/timeOffsets/second/nanosecs")]
    [InlineData("/linux/resources/memory/disableOOMKiller")]
    [InlineData("/linux/resources/memory/kernelTCP")]
    [InlineData("/linux/resources/cpu/burst")]
    [InlineData("/linux/resources/blockIO/throttleWriteIOPSDevice/0/rate")]
    [InlineData("/linux/resources/rdma/second/hcaObjects")]
    [InlineData("/linux/resources/unified/second")]
    [InlineData("/linux/seccomp/syscalls/0/args/0/valueTwo")]
    [InlineData("/linux/seccomp/listenerMetadata")]
    [InlineData("/linux/intelRdt/schemata/0")]
    [InlineData("/linux/intelRdt/enableMonitoring")]
    [InlineData("/linux/memoryPolicy/nodes")]
    [InlineData("/linux/personality/domain")]
    public void Members_OfSpec_AreTyped(string pointer)
    {
        JsonNode? node = SpecExamples.Everything();
        foreach (string step in pointer.Split('/').Skip(1))
        {
            node = node is JsonArray array ? array[int.Parse(step)] : node![step];
        }
        Assert.NotNull(node);
    }

    [Fact]
    public void Parse_WideNumbers_AreExact()
    {
        RuntimeSpec spec = SpecExamples.Parse("""
            {"ociVersion":"1.3.0",
             "process":{"cwd":"/","user":{"uid":4294967295,"gid":1},"rlimits":[{"type":"RLIMIT_CORE","soft":18446744073709551615,"hard":18446744073709551615}]},
             "linux":{"resources":{"memory":{"limit":-1,"swap":9223372036854775807},"pids":{"limit":-1}}}}
            """);

        Assert.Equal(uint.MaxValue, spec.Process!.User!.Uid);
        Assert.Equal(ulong.MaxValue, spec.Process.Rlimits![0].Soft);
        Assert.Equal(-1, spec.Linux!.Resources!.Memory!.Limit);
        Assert.Equal(long.MaxValue, spec.Linux.Resources.Memory.Swap);
        Assert.Equal(-1, spec.Linux.Resources.Pids!.Limit);
    }

    [Fact]
    public void Parse_AbsentMembers_AreNull()
    {
        RuntimeSpec spec = SpecExamples.Parse("""{"ociVersion":"1.0.0","process":null}""");

        Assert.Null(spec.Process);
        Assert.Null(spec.Linux);
        Assert.Equal("""{"ociVersion":"1.0.0"}""", JsonNode.Parse(spec.ToUtf8Bytes())!.ToJsonString());
    }

    [Fact]
    public void Parse_SeveralErrors_AreAllFoundWithPointers()
    {
        InvalidSpecException e = Assert.Throws<InvalidSpecException>(() => SpecExamples.Parse("""
            {"root":{"readonly":"yes"},
             "process":{"cwd":"/","user":{"uid":-1},"args":["a",7]},
             "mounts":{"destination":"/proc"},
             "linux":{"namespaces":[{"type":"pid"},{"path":"/x"}],"sysctl":{"a/b":1},"resources":{"blockIO":{"weight":65536}}}}
            """));

        Assert.Equal(
            ["/linux/namespaces/1/type", "/linux/resources/blockIO/weight", "/linux/sysctl/a~1b", "/mounts", "/ociVersion",
             "/process/args/1", "/process/user/uid", "/root/path", "/root/readonly"],
            e.Findings.Select(f => f.Pointer).Order(StringComparer.Ordinal));
        Assert.Contains("config.json", e.Message);
    }

    [Theory]
    [InlineData("""{"ociVersion":"1.3.0","ociVersion":"1.0.0"}""", "/ociVersion")]
    [InlineData("""{"ociVersion":"1.3.0","root":{"path":"a","path":"b"}}""", "/root/path")]
    [InlineData("""{"ociVersion":"1.3.0","annotations":{"a":"1","a":"2"}}""", "/annotations/a")]
    [InlineData("""{"ociVersion":"1.3.0","x":1,"x":2}""", "/x")]
    [InlineData("""{"ociVersion":null}""", "/ociVersion")]
    [InlineData("""{"ociVersion":"1.3.0","process":{"cwd":"/","oomScoreAdj":1.5}}""", "/process/oomScoreAdj")]
    [InlineData("""{"ociVersion":"1.3.0","hostname":"\ud800"}""", "")]
    [InlineData("""{"ociVersion":"1.3.0","unknown":["\udc00"]}""", "")]
    [InlineData("""{"ociVersion":"1.3.0","root":{"\ud800":1,"path":7}}""", "")]
    [InlineData("""["ociVersion"]""", "")]
    [InlineData("null", "")]
    [InlineData("{", "")]
    [InlineData("", "")]
    [InlineData("""{"ociVersion":"1.3.0"} {}""", "")]
    public void Parse_BadDocument_ThrowsWithPointer(string json, string pointer)
    {
        InvalidSpecException e = Assert.Throws<InvalidSpecException>(() => SpecExamples.Parse(json));

        Assert.Equal(pointer, Assert.Single(e.Findings).Pointer);
    }

    [Fact]
    public void Parse_DocumentAboveCap_Throws()
    {
        InvalidSpecException e = Assert.Throws<InvalidSpecException>(() => RuntimeSpec.Parse(new byte[RuntimeSpec.MaxDocumentSize + 1]));

        Assert.Contains("16777216", e.Message);
    }

    [Fact]
    public void Parse_TruncatedAnywhere_ThrowsInvalidSpec()
    {
        byte[] document = SpecExamples.Valid.ToUtf8Bytes();
        for (int length = 0; length < document.Length; length++)
        {
            Assert.Throws<InvalidSpecException>(() => RuntimeSpec.Parse(document.AsMemory(0, length)));
        }
    }

    [Fact]
    public void Parse_AnyByteChanged_ParsesOrThrowsInvalidSpec()
    {
        byte[] document = SpecExamples.Valid.ToUtf8Bytes();
        Prop.ForAll(ArbMap.Default.ArbFor<(int Index, byte Value)>(), change =>
        {
            byte[] changed = [.. document];
            changed[(int)((uint)change.Index % changed.Length)] = change.Value;
            try
            {
                _ = RuntimeSpec.Parse(changed).ToUtf8Bytes();
            }
            catch (InvalidSpecException e)
            {
                Assert.NotEmpty(e.Findings);
            }
        }).QuickCheckThrowOnFailure();
    }
}
