using System.Diagnostics;
using System.Globalization;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
public sealed class ContainerConcurrencyTests
{
    [Fact]
    public async Task WaitAsync_TwoHundredContainers_TakeNoThreadEach()
    {
        const int count = 200;
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "read line");
        Bundle bundle = await host.BundleAsync(spec);
        var containers = new List<Container>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                containers.Add(await host.Runtime.CreateAsync($"many{i}", await WithCgroupAsync(host, bundle, i), new() { Stdio = ContainerStdio.Pipes, KillOnDispose = true }));
            }
            await Task.WhenAll(containers.Select(c => c.StartAsync()));
            int before = ThreadCount();
            Task<ExitStatus>[] waits = [.. containers.Select(c => c.WaitAsync())];

            Assert.DoesNotContain(waits, w => w.IsCompleted);
            Assert.InRange(ThreadCount(), 1, before + 4);
            foreach (Container container in containers)
            {
                await container.StandardInput!.WriteAsync("end\n"u8.ToArray(), TestContext.Current.CancellationToken);
            }
            ExitStatus[] statuses = await Task.WhenAll(waits);
            Assert.All(statuses, s => Assert.True(s.IsSuccess, s.ToString()));
            // A thread of its own each would show; the pool's workers come and go.
            Assert.InRange(ThreadCount(), 1, count / 2);
        }
        finally
        {
            foreach (Container container in containers)
            {
                await container.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task CreateAsync_Created_TakesLessThanHundredKilobytes()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));

        // proc_pid_statm(5), which is anybody's to read: what is resident, in pages.
        string pages = File.ReadAllText($"/proc/{container.Pid}/statm").Split(' ')[1];
        int kilobytes = int.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize / 1024;

        Assert.InRange(kilobytes, 1, 99);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task KillAsync_ThousandTimesWhileCreatedOrStarted_LeavesNothing()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("true"));

        for (int i = 0; i < 1000; i++)
        {
            await using Container container = await host.Runtime.CreateAsync("race", bundle, new() { Stdio = ContainerStdio.Null });
            Task start = i % 3 == 0 ? Task.CompletedTask : container.StartAsync();
            try
            {
                await container.KillAsync(9);
            }
            catch (ContainerException e) when (e.Errno == 3)
            {
                // ESRCH: it had ended already, which only a started one can.
                Assert.NotEqual(0, i % 3);
            }
            try
            {
                await start;
            }
            catch (ContainerException)
            {
                // Killed before its program was there.
            }
            ExitStatus status = await container.WaitAsync();
            Assert.True(status.IsSuccess || status.Signal == 9, status.ToString());
            await container.DeleteAsync();
        }
    }

    private static async Task<Bundle> WithCgroupAsync(ContainerHost host, Bundle bundle, int number) =>
        bundle.Spec.Linux!.CgroupsPath is not string path
            ? bundle
            : await Bundle.CreateAsync(host.BundlePath, bundle.Spec with { Linux = bundle.Spec.Linux with { CgroupsPath = string.Create(CultureInfo.InvariantCulture, $"{path}-{number}") } });

    private static int ThreadCount()
    {
        using var self = Process.GetCurrentProcess();
        return self.Threads.Count;
    }
}
