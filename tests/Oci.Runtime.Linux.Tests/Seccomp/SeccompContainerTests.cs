using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>Filters in the kernel: as root, and in the user namespace of an ordinary user.</summary>
[Collection(ContainerCollection.Name)]
public sealed class SeccompContainerTests
{
    private static readonly string[] MakeDirectory = ["mkdir", "mkdirat"];

    private static RuntimeSpec Spec(LinuxSeccomp? seccomp, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Linux = spec.Linux! with { Seccomp = seccomp } };
    }

    private static LinuxSeccomp Deny(string action) =>
        new() { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new LinuxSyscall { Names = MakeDirectory, Action = action }] };

    private static LinuxSeccomp Default() => SeccompProfiles.CreateDefault(ContainerHost.Spec().Process!.Capabilities);

    [Fact]
    public async Task Run_DeniedCall_GivesItsErrno()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync(Spec(Deny("SCMP_ACT_ERRNO"), "sh", "-c", "mkdir /tmp/a; echo $?; touch /tmp/b && echo made"));

        Assert.Equal("1\nmade\n", run.Output);
        Assert.Contains("Operation not permitted", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KillingRule_EndsTheProcessWithSigsys()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync(Spec(Deny("SCMP_ACT_KILL_PROCESS"), "mkdir", "/tmp/a"));

        Assert.Equal(31, run.Status.Signal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_DefaultProfile_IsLoadedOnceWithOrWithoutNewPrivileges(bool noNewPrivileges)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec(Default(), "grep", "-E", "^(NoNewPrivs|Seccomp|Seccomp_filters):", "/proc/self/status");
        spec = spec with { Process = spec.Process! with { NoNewPrivileges = noNewPrivileges } };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();
        int outer = int.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("Seccomp_filters:", StringComparison.Ordinal)).Split(':')[1]);

        Assert.Equal($"NoNewPrivs:\t{(noNewPrivileges ? 1 : 0)}\nSeccomp:\t2\nSeccomp_filters:\t{outer + 1}\n", run.Output);
    }

    [Fact]
    public async Task Run_DefaultProfile_RefusesAUserNamespaceAndHidesNewCalls()
    {
        await using var host = new ContainerHost();
        string compiler = Requires.Tool("gcc");
        string source = host.Combine("calls.c");
        await File.WriteAllTextAsync(source, """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <stdio.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            static void try(const char *name, long number, long first) {
                errno = 0;
                syscall(number, first, 0L, 0L, 0L, 0L, 0L);
                printf("%s %d\n", name, errno);
            }
            int main(void) {
                try("unshare", SYS_unshare, 0x10000000);
                try("clone3", 435, 0);
                try("socket", SYS_socket, 40);
                try("fchmod", SYS_fchmod, -1);
                try("file_getattr", 468, -1);
                return 0;
            }
            """);
        (await ToolResult.RunAsync(compiler, ["-static", "-o", Path.Combine(host.RootPath, "bin", "calls"), source])).EnsureSuccess();

        ContainerRun filtered = (await host.RunAsync(Spec(Default(), "calls"))).EnsureSuccess();
        ContainerRun open = (await host.RunAsync(Spec(null, "calls"))).EnsureSuccess();

        const int eperm = 1, ebadf = 9, enosys = 38;
        Assert.Equal($"unshare {eperm}\nclone3 {enosys}\nsocket {eperm}\nfchmod {ebadf}\nfile_getattr {enosys}\n", filtered.Output);
        Assert.DoesNotContain($"clone3 {enosys}", open.Output, StringComparison.Ordinal);
        Assert.StartsWith("unshare 0\n", open.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ExecDenied_SaysWhichStepFailed()
    {
        await using var host = new ContainerHost();
        var seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", Syscalls = [new LinuxSyscall { Names = ["execve"], Action = "SCMP_ACT_ERRNO" }] };
        await using Container container = await host.CreateAsync(Spec(seccomp, "true"));

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());
        await container.DeleteAsync(force: true);

        Assert.Contains("EPERM", e.Message, StringComparison.Ordinal);
        Assert.Contains("executing true", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Filter_IsOneLineAfterTheWait()
    {
        await using var host = new ContainerHost();

        string plan = host.Runtime.Plan("c1", await host.BundleAsync(Spec(Deny("SCMP_ACT_ERRNO"), "true"))).ToString();

        string[] lines = plan.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"Start      seccomp\(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, \{\d+ instructions, [0-9a-f]{8}\}\)  # loading the seccomp filter of \d+ instructions \[/linux/seccomp\]$", lines[^2]);
        Assert.Contains("execve(", lines[^1], StringComparison.Ordinal);
    }
}
