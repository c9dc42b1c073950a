using System.Diagnostics;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Namespaces;

public class IdMapWriterTests
{
    [Fact]
    public async Task WriteAsync_ProcessInNewUserNamespace_IsMapped()
    {
        using Process process = await StartInUserNamespaceAsync();
        try
        {
            LinuxIdMapping[] uids = [Map(0, Libc.Geteuid(), 1)];
            LinuxIdMapping[] gids = [Map(0, Libc.Getegid(), 1)];

            await IdMapWriter.WriteAsync(process.Id, uids, gids, CancellationToken.None);

            Assert.Equal("0", Words($"/proc/{process.Id}/uid_map")[0]);
            Assert.Equal("1", Words($"/proc/{process.Id}/gid_map")[2]);
            Assert.Equal(IdMapWriter.DeniesSetgroups(gids) ? "deny" : "allow", File.ReadAllText($"/proc/{process.Id}/setgroups").Trim());
        }
        finally
        {
            await EndAsync(process);
        }
    }

    [Fact, Trait("Needs", "root")]
    public async Task WriteAsync_SeveralRanges_AreAllMapped()
    {
        Requires.Root();
        using Process process = await StartInUserNamespaceAsync();
        try
        {
            await IdMapWriter.WriteAsync(process.Id, [Map(0, 0, 1), Map(1, 100000, 65536)], [Map(0, 0, 1), Map(1, 100000, 10)], CancellationToken.None);

            Assert.Equal(["0", "0", "1", "1", "100000", "65536"], Words($"/proc/{process.Id}/uid_map"));
            Assert.Equal(["0", "0", "1", "1", "100000", "10"], Words($"/proc/{process.Id}/gid_map"));
        }
        finally
        {
            await EndAsync(process);
        }
    }

    [Fact]
    public async Task WriteAsync_MappingThatTheKernelRefuses_ThrowsWithMapping()
    {
        using Process process = await StartInUserNamespaceAsync();
        try
        {
            LinuxIdMapping[] gids = [Map(0, Libc.Getegid(), 1)];
            await IdMapWriter.WriteAsync(process.Id, [Map(0, Libc.Geteuid(), 1)], gids, CancellationToken.None);

            // A second time is one too many: the maps are written once.
            IOException e = await Assert.ThrowsAsync<IOException>(
                () => IdMapWriter.WriteAsync(process.Id, [Map(0, Libc.Geteuid(), 1)], gids, CancellationToken.None));

            Assert.Contains($"/proc/{process.Id}/", e.Message);
        }
        finally
        {
            await EndAsync(process);
        }
    }

    [Fact]
    public void Arguments_Mappings_AreThreeNumbersEach() =>
        Assert.Equal(["7", "0", "1000", "1", "1", "100000", "65536"], IdMapTool.Arguments(7, [Map(0, 1000, 1), Map(1, 100000, 65536)]));

    private static LinuxIdMapping Map(uint inside, uint outside, uint size) => new() { ContainerId = inside, HostId = outside, Size = size };

    private static string[] Words(string path) => File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // The line that sh prints says that unshare is done; then it waits for its input to end.
    private static async Task<Process> StartInUserNamespaceAsync()
    {
        Requires.Linux();
        var start = new ProcessStartInfo(Requires.Tool("unshare"), ["--user", "sh", "-c", "echo ready; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync();
        if (line != "ready")
        {
            await EndAsync(process);
            process.Dispose();
            Assert.Skip("This machine lets this user make no user namespace.");
        }
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }
}
