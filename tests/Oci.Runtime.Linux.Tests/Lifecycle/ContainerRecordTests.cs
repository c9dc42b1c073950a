using System.Text.Json.Nodes;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>What is kept on disk is not trusted: it can be damaged, out of date, or another container's by now.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerRecordTests
{
    private static string StateFile(ContainerHost host, Container container) => Path.Combine(host.Runtime.Root, container.Id, "state.json");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"pid":0}""")]
    [InlineData("""{"pid":-1}""")]
    [InlineData("""{"id":"other"}""")]
    [InlineData("""{"cgroupPaths":{}}""")]
    [InlineData("""{"cgroupPaths":{"pids":"/sys/fs/cgroup/pids/a"},"cgroupParents":["/sys/fs/cgroup/cpu"]}""")]
    [InlineData("""{"cgroupPaths":{"pids":"relative"}}""")]
    [InlineData("""{"cgroupPaths":{"pids":"/sys/fs/cgroup/../../.."}}""")]
    public async Task GetAsync_RecordTampered_SaysWhatToDo(string content)
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));
        string file = StateFile(host, container);
        string whole = File.ReadAllText(file);
        // Members given replace those of the true record; other texts replace all of it.
        string text = content;
        if (content.StartsWith("{\"", StringComparison.Ordinal))
        {
            JsonObject record = JsonNode.Parse(whole)!.AsObject();
            foreach ((string name, JsonNode? value) in JsonNode.Parse(content)!.AsObject())
            {
                record[name] = value?.DeepClone();
            }
            text = record.ToJsonString();
        }
        File.WriteAllText(file, text);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => host.Runtime.GetAsync(container.Id));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains("Remove", e.Message, StringComparison.Ordinal);
        File.WriteAllText(file, whole);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task GetAsync_RecordTruncatedAnywhere_IsDamagedAndNothingElse()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));
        byte[] whole = File.ReadAllBytes(StateFile(host, container));
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(StateFile(host, container), whole[..length]);
            await Assert.ThrowsAsync<InvalidDataException>(() => host.Runtime.GetAsync(container.Id));
        }
        File.WriteAllBytes(StateFile(host, container), whole);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task GetAsync_NumberIsAnotherProcessesByNow_IsStoppedAndNeverSignalled()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await using Container stranger = await host.CreateAsync(ContainerHost.Spec("cat"));
        await stranger.StartAsync();
        JsonObject record = JsonNode.Parse(File.ReadAllText(StateFile(host, container)))!.AsObject();
        await container.KillAsync(9);
        await container.WaitAsync();
        record["pid"] = stranger.Pid;
        // Both may have started in one clock tick of 10 ms, within which no number comes again.
        record["startTime"] = record["startTime"]!.GetValue<ulong>() - 1;
        File.WriteAllText(StateFile(host, container), record.ToJsonString());

        await using Container? found = await host.Runtime.GetAsync(container.Id);

        Assert.Equal(ContainerStatus.Stopped, (await found!.GetStateAsync()).Status);
        var e = await Assert.ThrowsAsync<ContainerException>(() => found.KillAsync(9));
        Assert.Contains("container not running", e.Message, StringComparison.Ordinal);
        Assert.False((await found.WaitAsync()).IsKnown);
        await found.DeleteAsync();
        Assert.Equal(ContainerStatus.Running, (await stranger.GetStateAsync()).Status);
        await stranger.DeleteAsync(force: true);
    }

    [Fact]
    public async Task Container_ItsIdIsAnotherContainersByNow_TouchesNothingOfIt()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("cat"));
        Container old = await host.Runtime.CreateAsync("same", bundle, new() { Stdio = ContainerStdio.Pipes, KillOnDispose = true });
        await using (Container? other = await host.Runtime.GetAsync("same"))
        {
            await other!.DeleteAsync();
        }
        await using Container fresh = await host.Runtime.CreateAsync("same", bundle, new() { Stdio = ContainerStdio.Pipes });

        foreach (Func<Task> act in (Func<Task>[])[() => old.StartAsync(), () => old.DeleteAsync(), () => old.DeleteAsync(force: true)])
        {
            var e = await Assert.ThrowsAsync<ContainerException>(act);
            Assert.Contains("container does not exist", e.Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<ContainerException>(() => old.KillAsync(9));
        Assert.Equal(ContainerStatus.Stopped, (await old.GetStateAsync()).Status);
        await old.DisposeAsync();

        Assert.Equal(ContainerStatus.Created, (await fresh.GetStateAsync()).Status);
        await fresh.StartAsync();
        fresh.StandardInput!.Close();
        Assert.True((await fresh.WaitAsync()).IsSuccess);
        await fresh.DeleteAsync();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task KillAsync_SharedPidNamespaceAndCgroupOfAnother_KillsNobodyElse()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!.Where(n => n.Type is not LinuxNamespaceTypes.Pid)] } };
        Bundle bundle = await host.BundleAsync(spec);
        await using Container old = await host.Runtime.CreateAsync("same", bundle, new() { Stdio = ContainerStdio.Pipes });
        await using (Container? other = await host.Runtime.GetAsync("same"))
        {
            await other!.DeleteAsync();
        }
        await using Container fresh = await host.Runtime.CreateAsync("same", bundle, new() { Stdio = ContainerStdio.Pipes });

        await Assert.ThrowsAsync<ContainerException>(() => old.KillAsync(9));

        Assert.Equal(ContainerStatus.Created, (await fresh.GetStateAsync()).Status);
        await fresh.DeleteAsync();
    }

    [Fact]
    public async Task ListAsync_DamagedStateFiles_ListsTheOthersAndThenNamesEach()
    {
        await using var host = new ContainerHost();
        await using Container one = await host.CreateAsync(ContainerHost.Spec("true"));
        await using Container two = await host.CreateAsync(ContainerHost.Spec("true"));
        await using Container three = await host.CreateAsync(ContainerHost.Spec("true"));
        byte[] whole = await File.ReadAllBytesAsync(StateFile(host, one));
        byte[] wholeThree = await File.ReadAllBytesAsync(StateFile(host, three));
        await File.WriteAllTextAsync(StateFile(host, one), "{}");
        await File.WriteAllTextAsync(StateFile(host, three), "{");
        var ids = new List<string>();

        InvalidDataException thrown = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (Container found in host.Runtime.ListAsync())
            {
                ids.Add(found.Id);
                await found.DisposeAsync();
            }
        });

        Assert.Equal([two.Id], ids);
        Assert.Contains(StateFile(host, one), thrown.Message, StringComparison.Ordinal);
        Assert.Contains(StateFile(host, three), thrown.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(StateFile(host, one), whole);
        await File.WriteAllBytesAsync(StateFile(host, three), wholeThree);
        foreach (Container container in (Container[])[one, two, three])
        {
            await container.KillAsync(9);
            await container.WaitAsync();
            await container.DeleteAsync();
        }
    }
}
