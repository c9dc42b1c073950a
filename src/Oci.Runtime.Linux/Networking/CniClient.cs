using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oci.Runtime.Linux.Networking;

/// <summary>Gives containers a network by CNI plugins, which are programs: the one place where this package runs any.</summary>
/// <remarks>
/// Attach a container between its creation and its start, and delete the attachment when it has ended. Thread-safe; the
/// specification lets no two operations run for one container at a time, which is the caller's to see to.
/// CNI specification 0.3.0 to 1.1.0.
/// </remarks>
/// <param name="options">Settings; the defaults where null.</param>
public sealed class CniClient(CniOptions? options = null)
{
    private readonly CniOptions _options = Copy(options ?? new CniOptions());
    private readonly CniCache _cache = new((options ?? new CniOptions()).CacheDirectory);

    /// <summary>Attaches a container to a network: ADD, of each plugin in turn. Where one fails, what was done is deleted again.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The container and its interface.</param>
    /// <param name="cancellationToken">Kills the plugin that runs, and deletes what was done.</param>
    /// <returns>Addresses, routes and name servers. Nothing is written into the container: its <c>resolv.conf</c> is the caller's.</returns>
    /// <exception cref="CniException">A plugin failed or is not installed.</exception>
    public async Task<CniResult> AddAsync(CniNetwork network, CniAttachment attachment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        if (attachment.NetworkNamespace is null)
        {
            throw new ArgumentException("The attachment has no network namespace to be made in.", nameof(attachment));
        }
        JsonNode? result = null;
        try
        {
            foreach (JsonObject plugin in network.Plugins)
            {
                result = await RunAsync("ADD", network, plugin, attachment, result, cancellationToken).ConfigureAwait(false) ?? result;
            }
            CniResult typed = result is null ? new CniResult() : Read(result, network, attachment);
            _cache.Write(network, attachment, result ?? new JsonObject { ["cniVersion"] = network.Version });
            return typed;
        }
        catch (Exception e)
        {
            await UndoAsync(network, attachment, result, e).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the plugins whether the attachment is as it was made: CHECK. Nothing is asked where the network disables it, or is older than 0.4.0.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The container and its interface.</param>
    /// <param name="cancellationToken">Kills the plugin that runs.</param>
    /// <exception cref="CniException">A plugin says that something is missing or changed.</exception>
    /// <exception cref="InvalidOperationException">The container was not attached, or not by a client with this cache.</exception>
    public async Task CheckAsync(CniNetwork network, CniAttachment attachment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        if (network.DisablesCheck || !network.KnowsCheck)
        {
            return;
        }
        JsonNode result = _cache.Read(network, attachment)
            ?? throw new InvalidOperationException($"The container {attachment.ContainerId} is not attached to {network.Name} by {attachment.InterfaceName}. Attach it first.");
        foreach (JsonObject plugin in network.Plugins)
        {
            await RunAsync("CHECK", network, plugin, attachment, result, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes an attachment: DEL, of each plugin in reverse. What is gone already is no failure.</summary>
    /// <param name="network">The network.</param>
    /// <param name="attachment">The container and its interface; without a namespace where that has ended.</param>
    /// <param name="cancellationToken">Kills the plugin that runs.</param>
    /// <exception cref="CniException">A plugin failed; the others were run all the same, and it can be tried again.</exception>
    public async Task DeleteAsync(CniNetwork network, CniAttachment attachment, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(attachment);
        await DeleteAsync(network, attachment, _cache.Read(network, attachment), cancellationToken).ConfigureAwait(false);
        _cache.Remove(network, attachment);
    }

    private async Task DeleteAsync(CniNetwork network, CniAttachment attachment, JsonNode? result, CancellationToken cancellationToken)
    {
        CniException? first = null;
        foreach (JsonObject plugin in network.Plugins.Reverse())
        {
            try
            {
                await RunAsync("DEL", network, plugin, attachment, network.KnowsCheck ? result : null, cancellationToken).ConfigureAwait(false);
            }
            catch (CniException e)
            {
                first ??= e;
            }
        }
        if (first is not null)
        {
            throw first;
        }
    }

    private async Task UndoAsync(CniNetwork network, CniAttachment attachment, JsonNode? result, Exception failure)
    {
        try
        {
            await DeleteAsync(network, attachment, result, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CniException e)
        {
            throw new CniException(
                $"{failure.Message} What was done before could not be deleted: {e.Message}",
                new ContainerFailure { ContainerId = attachment.ContainerId, Step = $"attaching it to the network {network.Name}", Hint = "Delete the attachment once the cause is gone." },
                (failure as CniException)?.Plugin ?? e.Plugin,
                new CniError { Code = (failure as CniException)?.Code, Message = (failure as CniException)?.PluginMessage, Details = (failure as CniException)?.Details },
                new AggregateException(failure, e));
        }
    }

    private Task<JsonNode?> RunAsync(string command, CniNetwork network, JsonObject plugin, CniAttachment attachment, JsonNode? previous, CancellationToken cancellationToken) =>
        CniPluginProcess.RunAsync(_options, command, CniNetwork.TypeOf(plugin), attachment, network.ToExecution(plugin, attachment, previous), cancellationToken);

    private static CniResult Read(JsonNode result, CniNetwork network, CniAttachment attachment)
    {
        try
        {
            return result.Deserialize(CniJsonContext.Default.CniResult) ?? new CniResult();
        }
        catch (JsonException e)
        {
            string plugin = network.PluginTypes[^1];
            var failure = new ContainerFailure { ContainerId = attachment.ContainerId, Step = $"reading the result of the network plugin {plugin}" };
            throw new CniException($"container {failure.ContainerId}: {failure.Step} failed: {e.Message}", failure, plugin, null, e);
        }
    }

    private static CniOptions Copy(CniOptions options) => new()
    {
        PluginDirectories = [.. options.PluginDirectories],
        CacheDirectory = options.CacheDirectory,
        Timeout = options.Timeout,
        Launcher = [.. options.Launcher],
    };
}
