using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Spec;

public class RuntimeSpecValidatorTests
{
    [Fact]
    public void Validate_ValidSpec_FindsNothing() => Assert.Empty(RuntimeSpecValidator.Validate(SpecExamples.Valid));

    [Theory]
    [Must("config.md#specification-version-1", "config.md#process-1", "config.md#annotations-1", "config.md#annotations-2", "runtime.md#start-4")]
    [InlineData("""{"ociVersion":"1.3"}""", "/ociVersion")]
    [InlineData("""{"ociVersion":"v1.3.0"}""", "/ociVersion")]
    [InlineData("""{"ociVersion":"2.0.0"}""", "/ociVersion")]
    [InlineData("""{"ociVersion":""}""", "/ociVersion")]
    [InlineData("""{"root":null}""", "/root")]
    [InlineData("""{"root":{"path":""}}""", "/root/path")]
    [InlineData("""{"root":{"path":"a\u0000b"}}""", "/root/path")]
    [InlineData("""{"process":null}""", "/process")]
    [InlineData("""{"hostname":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}""", "/hostname")]
    [InlineData("""{"annotations":{"":"x"}}""", "/annotations/")]
    [InlineData("""{"annotations":{"x":null}}""", "/annotations/x")]
    public void Validate_Document_FindsErrorAt(string patch, string pointer) => AssertError(patch, pointer);

    [Theory]
    [Must("config.md#process-3", "config.md#process-4", "config.md#posix-process-1", "config.md#posix-process-5")]
    [InlineData("""{"process":{"cwd":""}}""", "/process/cwd")]
    [InlineData("""{"process":{"cwd":"tmp"}}""", "/process/cwd")]
    [InlineData("""{"process":{"args":[]}}""", "/process/args")]
    [InlineData("""{"process":{"args":null}}""", "/process/args")]
    [InlineData("""{"process":{"args":[""]}}""", "/process/args/0")]
    [InlineData("""{"process":{"args":["a",null]}}""", "/process/args/1")]
    [InlineData("""{"process":{"args":["a","b\u0000"]}}""", "/process/args/1")]
    [InlineData("""{"process":{"env":["A=","B"]}}""", "/process/env/1")]
    [InlineData("""{"process":{"env":["=x"]}}""", "/process/env/0")]
    [InlineData("""{"process":{"user":{"uid":4294967295}}}""", "/process/user/uid")]
    [InlineData("""{"process":{"user":{"gid":4294967295}}}""", "/process/user/gid")]
    [InlineData("""{"process":{"user":{"additionalGids":[1,4294967295]}}}""", "/process/user/additionalGids/1")]
    [InlineData("""{"process":{"user":{"umask":512}}}""", "/process/user/umask")]
    [InlineData("""{"process":{"rlimits":[{"type":"RLIMIT_FOO","soft":1,"hard":1}]}}""", "/process/rlimits/0/type")]
    [InlineData("""{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":1,"hard":1},{"type":"RLIMIT_CPU","soft":2,"hard":2}]}}""", "/process/rlimits/1/type")]
    [InlineData("""{"process":{"rlimits":[{"type":"RLIMIT_CPU","soft":2,"hard":1}]}}""", "/process/rlimits/0/soft")]
    [InlineData("""{"process":{"oomScoreAdj":1001}}""", "/process/oomScoreAdj")]
    [InlineData("""{"process":{"ioPriority":{"class":"IOPRIO_CLASS_X"}}}""", "/process/ioPriority/class")]
    [InlineData("""{"process":{"ioPriority":{"class":"IOPRIO_CLASS_BE","priority":8}}}""", "/process/ioPriority/priority")]
    [InlineData("""{"process":{"scheduler":{"policy":"SCHED_X"}}}""", "/process/scheduler/policy")]
    [InlineData("""{"process":{"scheduler":{"policy":"SCHED_OTHER","nice":20}}}""", "/process/scheduler/nice")]
    [InlineData("""{"process":{"scheduler":{"policy":"SCHED_OTHER","flags":["X"]}}}""", "/process/scheduler/flags/0")]
    [InlineData("""{"process":{"scheduler":{"policy":"SCHED_OTHER","runtime":5}}}""", "/process/scheduler")]
    [InlineData("""{"process":{"scheduler":{"policy":"SCHED_DEADLINE","runtime":9,"deadline":5,"period":10}}}""", "/process/scheduler")]
    [InlineData("""{"process":{"execCPUAffinity":{"initial":"0-"}}}""", "/process/execCPUAffinity/initial")]
    [InlineData("""{"process":{"terminal":true,"consoleSize":{"height":65536,"width":1}}}""", "/process/consoleSize/height")]
    public void Validate_Process_FindsErrorAt(string patch, string pointer) => AssertError(patch, pointer);

    [Theory]
    [Must("config.md#posix-platform-mounts-1", "config.md#posix-platform-hooks-1", "config.md#posix-platform-hooks-2")]
    [InlineData("""{"mounts":[{"destination":"","type":"proc"}]}""", "/mounts/0/destination")]
    [InlineData("""{"mounts":[{"destination":"/a","options":["rbind"]}]}""", "/mounts/0/source")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"bind"}]}""", "/mounts/0/source")]
    [InlineData("""{"mounts":[{"destination":"/a","source":"x"}]}""", "/mounts/0/type")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"tmpfs","options":[null]}]}""", "/mounts/0/options/0")]
    [InlineData("""{"mounts":[null]}""", "/mounts/0")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"tmpfs","uidMappings":[{"containerID":0,"hostID":0,"size":1}]}]}""", "/mounts/0")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"tmpfs"}],"linux":{"namespaces":[]}}""", "/mounts")]
    [InlineData("""{"hooks":{"poststop":[{"path":"bin/x"}]}}""", "/hooks/poststop/0/path")]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/x","timeout":0}]}}""", "/hooks/createRuntime/0/timeout")]
    public void Validate_MountsAndHooks_FindsErrorAt(string patch, string pointer) => AssertError(patch, pointer);

    [Theory]
    [Must("config-linux.md#namespaces-1", "config-linux.md#namespaces-6", "config-linux.md#masked-paths-1", "config-linux.md#readonly-paths-1")]
    [InlineData("""{"linux":{"namespaces":[{"type":"mount"},{"type":"net"}]}}""", "/linux/namespaces/1/type")]
    [InlineData("""{"linux":{"namespaces":[{"type":"pid"},{"type":"pid"}]}}""", "/linux/namespaces/1/type")]
    [InlineData("""{"linux":{"namespaces":[{"type":"pid","path":"proc/1/ns/pid"}]}}""", "/linux/namespaces/0/path")]
    [InlineData("""{"linux":{"namespaces":[null]}}""", "/linux/namespaces/0")]
    [InlineData("""{"hostname":"x","linux":{"namespaces":[]}}""", "/hostname")]
    [InlineData("""{"domainname":"x","linux":{"namespaces":[]}}""", "/domainname")]
    [InlineData("""{"linux":{"uidMappings":[{"containerID":0,"hostID":0,"size":1}]}}""", "/linux/uidMappings")]
    [InlineData("""{"linux":{"timeOffsets":{"monotonic":{"secs":1}}}}""", "/linux/timeOffsets")]
    [InlineData("""{"linux":{"namespaces":[{"type":"time"}],"timeOffsets":{"realtime":{"secs":1}}}}""", "/linux/timeOffsets/realtime")]
    [InlineData("""{"linux":{"namespaces":[{"type":"time"}],"timeOffsets":{"boottime":{"nanosecs":1000000000}}}}""", "/linux/timeOffsets/boottime/nanosecs")]
    [InlineData("""{"linux":{"maskedPaths":["proc/kcore"]}}""", "/linux/maskedPaths/0")]
    [InlineData("""{"linux":{"readonlyPaths":["proc/sys"]}}""", "/linux/readonlyPaths/0")]
    [InlineData("""{"linux":{"namespaces":[],"maskedPaths":["/proc/kcore"]}}""", "/linux/maskedPaths")]
    [InlineData("""{"linux":{"namespaces":[],"readonlyPaths":["/proc/sys"]}}""", "/linux/readonlyPaths")]
    [InlineData("""{"linux":{"rootfsPropagation":"everywhere"}}""", "/linux/rootfsPropagation")]
    [InlineData("""{"linux":{"personality":{"domain":"BSD"}}}""", "/linux/personality/domain")]
    [InlineData("""{"linux":{"memoryPolicy":{"mode":"MPOL_X"}}}""", "/linux/memoryPolicy/mode")]
    [InlineData("""{"linux":{"intelRdt":{"closID":"../x"}}}""", "/linux/intelRdt/closID")]
    [InlineData("""{"linux":{"netDevices":{"eth0":{"name":"0123456789abcdef"}}}}""", "/linux/netDevices/eth0/name")]
    [InlineData("""{"linux":{"netDevices":{"eth0":{"name":"a"},"eth1":{"name":"a"}}}}""", "/linux/netDevices/eth1/name")]
    [InlineData("""{"linux":{"namespaces":[],"netDevices":{"eth0":{}}}}""", "/linux/netDevices")]
    public void Validate_Linux_FindsErrorAt(string patch, string pointer) => AssertError(patch, pointer);

    [Theory]
    [InlineData("""[{"containerID":0,"hostID":1000,"size":0}]""", "0/size")]
    [InlineData("""[{"containerID":1,"hostID":0,"size":4294967295}]""", "0/containerID")]
    [InlineData("""[{"containerID":0,"hostID":1,"size":4294967295}]""", "0/hostID")]
    [InlineData("""[{"containerID":0,"hostID":1000,"size":10},{"containerID":9,"hostID":2000,"size":1}]""", "1/containerID")]
    [InlineData("""[{"containerID":0,"hostID":1000,"size":10},{"containerID":20,"hostID":1009,"size":1}]""", "1/hostID")]
    public void Validate_IdMappings_FindsErrorAt(string mappings, string pointer) =>
        AssertError($$$$$"""
            {"linux":{"namespaces":[{"type":"user"}],"uidMappings":{{{{{mappings}}}}},"gidMappings":[{"containerID":0,"hostID":0,"size":4294967295}]},
             "process":{"user":{"uid":0}}}
            """, $"/linux/uidMappings/{pointer}", others: true);

    [Fact]
    public void Validate_NewUserNamespaceWithoutMappings_FindsBoth() =>
        Assert.Equal(["/linux/uidMappings", "/linux/gidMappings"], Errors("""{"linux":{"namespaces":[{"type":"user"}]}}"""));

    [Fact]
    public void Validate_UserOutsideMappings_FindsErrors() =>
        Assert.Equal(["/process/user/uid", "/process/user/additionalGids/0"], Errors("""
            {"process":{"user":{"uid":1,"gid":0,"additionalGids":[1]}},
             "linux":{"namespaces":[{"type":"user"}],"uidMappings":[{"containerID":0,"hostID":1000,"size":1}],"gidMappings":[{"containerID":0,"hostID":1000,"size":1}]}}
            """));

    [Theory]
    [InlineData("kernel.panic", "/linux/sysctl/kernel.panic")]
    [InlineData("vm.swappiness", "/linux/sysctl/vm.swappiness")]
    [InlineData("kernel.hostname", "/linux/sysctl/kernel.hostname")]
    [InlineData("user.max_user_namespaces", "/linux/sysctl/user.max_user_namespaces")]
    [InlineData("net..x", "/linux/sysctl/net..x")]
    [InlineData("net.//.vm.swappiness", "/linux/sysctl/net.~1~1.vm.swappiness")]
    [InlineData("net/../vm/swappiness", "/linux/sysctl/net~1..~1vm~1swappiness")]
    [InlineData("", "/linux/sysctl/")]
    public void Validate_SysctlOutsideNamespaces_FindsError(string name, string pointer) =>
        AssertError($$$$$"""{"linux":{"sysctl":{"{{{{{name}}}}}":"1"}}}""", pointer);

    [Theory]
    [InlineData("net.ipv4.ip_forward", "network")]
    [InlineData("net/ipv4/conf/eth0.1/rp_filter", "network")]
    [InlineData("kernel.shmmax", "ipc")]
    [InlineData("fs.mqueue.msg_max", "ipc")]
    [InlineData("kernel.domainname", "uts")]
    public void Validate_SysctlOfNamespace_NeedsIt(string name, string type)
    {
        Assert.Empty(Errors($$$$$"""{"linux":{"sysctl":{"{{{{{name}}}}}":"1"}}}"""));
        string missing = Assert.Single(Errors($$$$$"""{"linux":{"namespaces":[],"sysctl":{"{{{{{name}}}}}":"1"}}}"""));
        Assert.StartsWith("/linux/sysctl/", missing);
        Assert.Contains(RuntimeSpecValidator.Validate(Patch($$$$$"""{"linux":{"namespaces":[],"sysctl":{"{{{{{name}}}}}":"1"}}}""")),
            finding => finding.Hint!.Contains($"\"{type}\""));
    }

    [Theory]
    [InlineData("net.ipv4.conf.eth0/1.rp_filter", "net/ipv4/conf/eth0.1/rp_filter")]
    [InlineData("net/ipv4/conf/eth0.1/rp_filter", "net/ipv4/conf/eth0.1/rp_filter")]
    [InlineData("kernel.sem", "kernel/sem")]
    public void ToPath_BothSeparators_GiveThePathOfSysctl(string name, string path) => Assert.Equal(path, SysctlRules.ToPath(name));

    [Theory]
    [InlineData("""{"path":"/dev/x","type":"x","major":1,"minor":1}""", "type")]
    [InlineData("""{"path":"dev/x","type":"c","major":1,"minor":1}""", "path")]
    [InlineData("""{"path":"/dev/x","type":"c","minor":1}""", "major")]
    [InlineData("""{"path":"/dev/x","type":"b","major":1}""", "minor")]
    [InlineData("""{"path":"/dev/x","type":"b","major":4096,"minor":1}""", "major")]
    [InlineData("""{"path":"/dev/x","type":"b","major":1,"minor":1048576}""", "minor")]
    [InlineData("""{"path":"/dev/x","type":"p","uid":4294967295}""", "uid")]
    public void Validate_Device_FindsErrorAt(string device, string member) =>
        AssertError($$$$$"""{"linux":{"devices":[{{{{{device}}}}}]}}""", $"/linux/devices/0/{member}");

    [Theory]
    [Must("config-linux.md#block-io-1", "config-linux.md#rdma-1")]
    [InlineData("""{"devices":[{"allow":true,"type":"x"}]}""", "/devices/0/type")]
    [InlineData("""{"devices":[{"allow":true,"access":"rx"}]}""", "/devices/0/access")]
    [InlineData("""{"memory":{"limit":-2}}""", "/memory/limit")]
    [InlineData("""{"memory":{"swappiness":101}}""", "/memory/swappiness")]
    [InlineData("""{"memory":{"limit":100,"swap":99}}""", "/memory/swap")]
    [InlineData("""{"cpu":{"cpus":"a"}}""", "/cpu/cpus")]
    [InlineData("""{"cpu":{"mems":"3-1"}}""", "/cpu/mems")]
    [InlineData("""{"cpu":{"idle":2}}""", "/cpu/idle")]
    [InlineData("""{"blockIO":{"weight":9}}""", "/blockIO/weight")]
    [InlineData("""{"blockIO":{"weightDevice":[{"major":1,"minor":1}]}}""", "/blockIO/weightDevice/0")]
    [InlineData("""{"hugepageLimits":[{"pageSize":"2M","limit":1}]}""", "/hugepageLimits/0/pageSize")]
    [InlineData("""{"rdma":{"x":{}}}""", "/rdma/x")]
    [InlineData("""{"unified":{"../memory.max":"1"}}""", "/unified/..~1memory.max")]
    public void Validate_Resources_FindsErrorAt(string resources, string pointer) =>
        AssertError($$$$$"""{"linux":{"resources":{{{{{resources}}}}}}}""", $"/linux/resources{pointer}");

    [Theory]
    [Must("config-linux.md#seccomp-6", "config-linux.md#seccomp-7")]
    [InlineData("""{"defaultAction":"SCMP_ACT_X"}""", "/defaultAction")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","architectures":["X86"]}""", "/architectures/0")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","flags":["X"]}""", "/flags/0")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","listenerMetadata":"x"}""", "/listenerMetadata")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":[],"action":"SCMP_ACT_LOG"}]}""", "/syscalls/0/names")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_LOG","args":[{"index":6,"value":1,"op":"SCMP_CMP_EQ"}]}]}""", "/syscalls/0/args/0/index")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_LOG","args":[{"index":1,"value":1,"op":"EQ"}]}]}""", "/syscalls/0/args/0/op")]
    public void Validate_Seccomp_FindsErrorAt(string seccomp, string pointer) =>
        AssertError($$$$$"""{"linux":{"seccomp":{{{{{seccomp}}}}}}}""", $"/linux/seccomp{pointer}");

    [Theory]
    [Must("config-linux.md#seccomp-1")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","defaultErrnoRet":1}""", "/defaultErrnoRet")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"syscalls":[{"names":["a"],"action":"SCMP_ACT_KILL","errnoRet":1}]}""", "/syscalls/0/errnoRet")]
    [InlineData("""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["a"],"action":"SCMP_ACT_TRACE","errnoRet":1},{"names":["b"],"action":"SCMP_ACT_LOG","errnoRet":0}]}""", "/syscalls/1/errnoRet")]
    public void Validate_ErrnoOfAnActionWithoutOne_FindsErrorAt(string seccomp, string pointer) => Validate_Seccomp_FindsErrorAt(seccomp, pointer);

    [Theory]
    [Must("config.md#posix-platform-mounts-2")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"tmpfs","uidMappings":[{"containerID":0,"hostID":0,"size":1}]}]}""")]
    [InlineData("""{"mounts":[{"destination":"/a","type":"tmpfs","gidMappings":[{"containerID":0,"hostID":0,"size":1}]}]}""")]
    public void Validate_OneMappingOfAMountAlone_FindsError(string patch) => AssertError(patch, "/mounts/0");

    [Theory]
    [Must("config.md#linux-process-1")]
    [InlineData("""{"process":{"capabilities":{"bounding":["CAP_CHOWN","CHOWN"]}}}""", "/process/capabilities/bounding/1")]
    [InlineData("""{"process":{"capabilities":{"effective":["CAP_CHOWN"]}}}""", "/process/capabilities/effective/0")]
    [InlineData("""{"process":{"capabilities":{"permitted":["CAP_CHOWN"],"ambient":["CAP_CHOWN"]}}}""", "/process/capabilities/ambient/0")]
    [InlineData("""{"mounts":[{"destination":"tmp","type":"tmpfs"}]}""", "/mounts/0/destination")]
    [InlineData("""{"linux":{"devices":[{"path":"/dev/x","type":"p","fileMode":8192}]}}""", "/linux/devices/0/fileMode")]
    [InlineData("""{"linux":{"devices":[{"path":"/dev/x","type":"c","major":1,"minor":3},{"path":"/dev/y","type":"u","major":1,"minor":3}]}}""", "/linux/devices/1")]
    public void Validate_WhatRuntimesMustNotRefuse_IsAWarning(string patch, string pointer)
    {
        RuntimeSpec spec = Patch(patch);

        SpecFinding finding = Assert.Single(RuntimeSpecValidator.ThrowIfInvalid(spec));

        Assert.Equal((pointer, SpecSeverity.Warning), (finding.Pointer, finding.Severity));
    }

    [Fact]
    public void ThrowIfInvalid_Errors_AreFirstAndInTheMessage()
    {
        RuntimeSpec spec = Patch("""{"process":{"capabilities":{"bounding":["X"]}},"linux":{"namespaces":[{"type":"net"}]}}""");

        InvalidSpecException e = Assert.Throws<InvalidSpecException>(() => RuntimeSpecValidator.ThrowIfInvalid(spec));

        Assert.Equal(["/linux/namespaces/0/type", "/process/capabilities/bounding/0"], e.Findings.Select(f => f.Pointer));
        Assert.Contains("/linux/namespaces/0/type: 'net' is not known. Hint: Use one of pid, network", e.Message);
    }

    [Fact]
    public void Validate_EveryMemberSet_NeverThrows() =>
        Assert.NotEmpty(RuntimeSpecValidator.Validate(SpecExamples.Parse(SpecExamples.Everything().ToJsonString())));

    [Fact]
    public void TryGetNumber_KnownCapabilities_AreThoseOfTheKernelHeader()
    {
        Assert.Equal(41, LinuxCapabilityNames.All.Count);
        Assert.True(LinuxCapabilityNames.TryGetNumber("CAP_SYS_ADMIN", out int number) && number == 21);
        Assert.True(LinuxCapabilityNames.TryGetNumber("CAP_CHECKPOINT_RESTORE", out number) && number == 40);
        Assert.Equal(7, RlimitTypes.GetNumber("RLIMIT_NOFILE"));
    }

    private static void AssertError(string patch, string pointer, bool others = false)
    {
        if (others)
        {
            Assert.Contains(pointer, Errors(patch));
        }
        else
        {
            Assert.Equal(pointer, Assert.Single(Errors(patch)));
        }
    }

    private static IEnumerable<string> Errors(string patch) =>
        RuntimeSpecValidator.Validate(Patch(patch)).Where(f => f.Severity == SpecSeverity.Error).Select(f => f.Pointer);

    private static RuntimeSpec Patch(string patch)
    {
        var document = (JsonObject)JsonNode.Parse(SpecExamples.Valid.ToUtf8Bytes())!;
        Merge(document, (JsonObject)JsonNode.Parse(patch)!);
        return SpecExamples.Parse(document.ToJsonString());
    }

    // JSON Merge Patch, RFC 7396.
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else if (value is null)
            {
                target.Remove(name);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
