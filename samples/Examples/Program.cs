using Examples;
using Oci.Distribution;
using Oci.Image;
using Oci.Runtime.Linux;

try
{
    return await RunAsync(args);
}
catch (Exception e) when (e is OciImageException or RegistryException or ContainerException or IOException or FormatException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Each example is a method that the README shows; see there what it is for.
static async Task<int> RunAsync(string[] args)
{
    switch (args)
    {
        case ["run", var layout, var tag, .. var command]:
            return await RunImage.RunAsync(layout, tag, command);
        case ["run-from-registry", var name]:
            return await RunFromRegistry.RunAsync(name);
        case ["copy", var reference, var layout]:
            await CopyImage.RunAsync(reference, layout);
            return 0;
        case ["plan-copy", var layout, var tag, var reference]:
            await PlanCopy.RunAsync(layout, tag, reference);
            return 0;
        case ["sync", var from, var to]:
            await SyncRegistry.RunAsync(new Uri(from), new Uri(to));
            return 0;
        case ["attach", var image, var sbom, var folder]:
            await PackArtifact.RunAsync(image, sbom, folder);
            return 0;
        case ["build", var folder, var layout, var tag]:
            await BuildImage.RunAsync(folder, layout, tag);
            return 0;
        case ["validate", var layout]:
            return await ValidateLayout.RunAsync(layout);
        case ["repack", var layout, var tag, var folder, var newTag]:
            await RepackImage.RunAsync(layout, tag, folder, newTag);
            return 0;
        case ["edit", var layout, var tag, var settings]:
            await MutateImage.RunAsync(layout, tag, settings);
            return 0;
        case ["rebase", var layout, var tag, var oldBase, var newBase]:
            await RebaseImage.RunAsync(layout, tag, oldBase, newBase);
            return 0;
        case ["index", var layout, var tag, .. var images]:
            await AssembleIndex.RunAsync(layout, tag, images);
            return 0;
        case ["save", var layout, var tag, var archive]:
            await SaveImage.RunAsync(layout, tag, archive);
            return 0;
        case ["serve", var folder]:
            await ServeRegistry.RunAsync(folder);
            return 0;
        case ["serve-users", var folder, var users]:
            await ServeUsers.RunAsync(folder, users);
            return 0;
        case ["serve-tokens", var folder, var users, var key]:
            await ServeTokens.RunAsync(folder, users, key);
            return 0;
        case ["serve-cache", var folder, var registry]:
            await ServeCache.RunAsync(folder, new Uri(registry));
            return 0;
        case ["collect-garbage", var folder]:
            await CollectGarbage.RunAsync(folder);
            return 0;
        case ["serve-authorized"]:
            await ServeAuthorizedRegistry.RunAsync();
            return 0;
        case ["pull"]:
            await PullWithCredentials.RunAsync();
            return 0;
        case ["layer", var reference, var file]:
            await ReadBlobInRanges.RunAsync(reference, file);
            return 0;
        case ["pull-through-mirrors", var name, var layout]:
            await PullThroughMirrors.RunAsync(name, layout);
            return 0;
        case ["inject"]:
            await InjectClients.RunAsync();
            return 0;
        case ["create"]:
            return await CreateContainer.RunAsync();
        case ["plan", var bundle]:
            await PrintPlan.RunAsync(bundle);
            return 0;
        default:
            Console.Error.WriteLine("Usage: run LAYOUT TAG [COMMAND...] | run-from-registry HOST/NAME:TAG | copy HOST/NAME:TAG LAYOUT | plan-copy LAYOUT TAG HOST/NAME:TAG | sync URL URL | attach HOST/NAME:TAG FILE DIR | layer HOST/NAME:TAG FILE | build DIR LAYOUT TAG | edit LAYOUT TAG FILE | rebase LAYOUT TAG OLD-BASE-TAG NEW-BASE-TAG | index LAYOUT TAG IMAGE-TAG... | validate LAYOUT | save LAYOUT TAG FILE | repack LAYOUT TAG DIR NEWTAG | serve DIR | serve-users DIR HTPASSWD | serve-tokens DIR HTPASSWD KEY | serve-cache DIR URL | serve-authorized | pull | pull-through-mirrors HOST/NAME:TAG LAYOUT | inject | create | plan BUNDLE");
            return 2;
    }
}
